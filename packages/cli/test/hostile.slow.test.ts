/** Names from files: no control character of theirs reaches the terminal, and every name that the language allows works. */
import { compile } from '@tessera-dnn/compiler';
import { writeSafetensors } from '@tessera-dnn/formats';
import { describe, expect, it } from 'vitest';
import { line, npy, type Place, place } from './command.ts';

const evil = '\u001b]52;c;aGk=\u0007\u001b[2J\u001b[31m\u009b1A\u202e\r\u0008';
/** Control characters other than line feeds, tabs, and what Tessera writes for colours and to erase a line. */
const commands = /(?!\n|\t)[\p{Cc}\u202e]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
const own = /\u001b\[(?:0|1|2|22|31|32|33|34|36|39|1;31|1;33)m|\r\u001b\[2K/g;

function tensors(names: readonly string[]): Uint8Array {
  return writeSafetensors(new Map(names.map(name => [name, { element: 'f32', shape: [1], data: Float32Array.of(1) }])));
}

const param = 'model m(x: f32[1]) {\n  param w: f32[1]\n  return w * x\n}\n';

describe.each([false, true])('on a terminal: %s', terminal => {
  const said = async (here: Place, ...args: string[]): Promise<string> => {
    const { out, err } = await here.tessera(...args);
    return out + err;
  };

  it.each<[string, readonly string[], Record<string, string | Uint8Array>]>([
    ['names of tensors', ['compile', 'a.dnn', '-o', 'a.wasm', '--weights', 'w'], { w: tensors(['w', evil]) }],
    ['a name near another', ['run', 'a.dnn', '--weights', 'w'], { w: tensors([`w\u001b`]) }],
    ['names in damaged headers', ['run', 'a.dnn', '--weights', 'w'], { w: damaged() }],
    ['a chip’s name', ['memory', 'a.dnn', '--chip', 'c.json'], { 'c.json': chip({ name: evil }) }],
    ['a chip’s keys', ['check', 'a.dnn', '--chip', 'c.json'], { 'c.json': chip({ [evil]: 1 }) }],
    ['a chip’s base', ['check', 'a.dnn', '--chip', 'c.json'], { 'c.json': chip({ base: evil }) }],
    ['an import', ['check', 'b.dnn'], { 'b.dnn': `import "${evil.replace(/[\r"]/g, '')}"\n` }],
    ['a text', ['check', 'b.dnn'], { 'b.dnn': `model m(x: f32[1]) {\n  ${evil}\n}\n` }],
    ['a name of a file', ['check', `${evil}.dnn`], { [`${evil}.dnn`]: 'model' }],
    ['a name of no file', ['check', `${evil}/x.dnn`], {}],
    ['an option', ['check', `--${evil}`], {}],
    ['the type of an array', ['run', 'a.dnn', '--input', 'x=x.npy'], { 'x.npy': array(evil) }],
    ['the name of an artifact’s output', ['run', 'a.wasm'], { 'a.wasm': renamed() }],
  ])('%s', async (_, args, files) => {
    const here = place({ 'a.dnn': param, ...files }, { terminal });
    const text = await said(here, ...args);
    expect(text).not.toBe('');
    expect(terminal ? text.replace(own, '') : text).not.toMatch(commands);
  });
});

it('data keeps its names where no terminal shows it', async () => {
  const here = place({ 'p.csv': `id,lower,upper,size\n${evil.trim()}x,0,1,4\n` });
  expect((await here.allocate('p.csv')).out).toContain('\u001b]52');
  expect((await place({ 'p.csv': here.read('p.csv') }, { terminal: true }).allocate('p.csv')).out).not.toContain(
    '\u001b',
  );
});

it('a picture is sound XML whatever its program is called', async () => {
  const here = place({ '<&"\u001b>.dnn': line });
  expect((await here.tessera('memory', '<&"\u001b>.dnn', '--svg', 'a.svg')).code).toBe(0);
  const svg = here.read('a.svg').toString();
  expect(svg).toContain('<title>&lt;&amp;&quot;\\u001b&gt;.dnn: tile 0');
  expect(svg).not.toMatch(commands);
});

describe.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])('%s', name => {
  it('may be any name of a program', async () => {
    const text = `const ${name} = 2\nmodel m[n = 1](${name}: f32[n, 2]) {\n  let a = ${name} + 1\n  return { ${name}: a }\n}\n`;
    const here = place({ 'a.dnn': text.replace(/^.*\n/, ''), [`${name}.npy`]: npy([1, 2], [1, 2]) });
    const given = ['--input', `${name}=${name}.npy`, '--output', `${name}=out.npy`];
    expect(await here.tessera('run', 'a.dnn', ...given)).toMatchObject({ code: 0, err: '' });
    expect((await here.tessera('compile', 'a.dnn', '-o', 'a.wasm')).code).toBe(0);
    expect((await here.tessera('run', 'a.wasm', ...given)).code).toBe(0);
    const missing = await here.tessera('run', 'a.dnn');
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining(`${name}: f32[1, 2]`) });
  });

  it('may be a program, a param, a label and a dimension', async () => {
    const text = `model ${name}[${name} = 1](x: f32[${name}, 2]) {\n  x |> dense(2) as ${name}\n}\n`;
    const here = place({ 'a.dnn': text, 'x.npy': npy([3, 2], [1, 2, 3, 4, 5, 6]) });
    expect(await here.tessera('run', 'a.dnn', '--input', 'x=x.npy')).toMatchObject({ code: 0 });
    expect((await here.tessera('compile', 'a.dnn', '--set', `${name}.${name}=3`, '-o', 'a.wasm')).code).toBe(0);
    const ran = await here.tessera('run', 'a.wasm', '--program', name, '--input', 'x=x.npy');
    expect(ran).toMatchObject({ code: 0 });
  });

  it('may be the data of a training', async () => {
    const text = `train fit[n = 2](${name}: f32[n, 1], rate: f32[]) {\n  param w: f32[] = 0\n  let loss = mean((w * ${name} - 1) ** 2)\n  minimize loss using sgd(rate: rate)\n  return { loss, ${name}: w }\n}\n`;
    const here = place({ 'a.dnn': text, 'x.npy': npy([4, 1], [1, 1, 1, 1]) });
    const ran = await here.tessera('train', 'a.dnn', '--data', `${name}=x.npy`, '--input', 'rate=0.1', '--log', 'l');
    expect(ran).toMatchObject({ code: 0 });
    expect(here.read('l').toString()).toContain(`"${name}":0`);
  });
});

function chip(fields: Record<string, unknown>): string {
  return JSON.stringify({ base: 'tiny', ...fields });
}

function damaged(): Uint8Array {
  const header = new TextEncoder().encode(`{${JSON.stringify(evil)}:{"dtype":${JSON.stringify(evil)},"shape":[-1]}}`);
  return Uint8Array.of(header.length, 0, 0, 0, 0, 0, 0, 0, ...header);
}

function array(descr: string): Uint8Array {
  const bytes = npy([1], [1]);
  const header = new TextEncoder().encode(`{'descr': '${descr.slice(0, 8)}', 'fortran_order': False, 'shape': (1,), }`);
  bytes.fill(0x20, 10, 10 + 117).set(header, 10);
  return bytes;
}

/** An artifact in which a name is replaced by one of the same length with an escape character in it. */
function renamed(): Uint8Array {
  const text = 'model m() {\n  return { aabbccdd: ones([1]) }\n}\n';
  const compiled = compile({ name: 'a.dnn', text });
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  const bytes = Buffer.from(compiled.value.bytes);
  bytes.write('\\u001bxx', bytes.indexOf('aabbccdd'));
  return bytes;
}
