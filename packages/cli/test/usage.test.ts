/** A command line that is not understood ends with exit code 2 and a message; help ends with 0; nothing else is printed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { line, place } from './command.ts';

const commands = [
  'check',
  'compile',
  'run',
  'train',
  'evaluate',
  'quantize',
  'memory',
  'explore',
  'diff',
  'sweep',
  'worker',
  'import',
  'export',
  'fmt',
  'explain',
  'ops',
  'chips',
];

it.each(['', ...commands])('help %s', async command => {
  const { code, out, err } = await place().tessera(...(command === '' ? [] : [command]), '--help');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  await expect(out).toMatchFileSnapshot(`golden/help${command && `-${command}`}.txt`);
});

it('prints the help, as a mistake, when no command is given', async () => {
  const { code, out, err } = await place().tessera();
  expect({ code, out }).toEqual({ code: 2, out: '' });
  for (const command of commands) expect(err).toContain(`  ${command} `);
});

it.each<[args: string, message: string]>([
  ['complie x.dnn', "error: unknown command 'complie'\n(Did you mean compile?)\n"],
  ['check', "error: missing required argument 'file.dnn|file.onnx'\n"],
  ['check a.dnn b.dnn', 'error: too many arguments for'],
  ['check a.dnn --chop tiny', "error: unknown option '--chop'\n(Did you mean --chip?)\n"],
  ['memory a.dnn --tiles many', 'It must be a whole number.'],
  ['memory a.dnn --sram 64KB', 'Write a size like 65536, 64KiB or 1.5MiB.'],
  ['memory a.dnn --set n', 'Write it as name=value.'],
  ['memory a.dnn --set n=1 --set n=2', 'n is given twice.'],
  ['memory a.dnn --math slow', 'Allowed choices are fast, strict.'],
  ['memory a.dnn --allocator lucky', 'Allowed choices are'],
  ['run a.dnn --seed 4294967296', 'It must be a whole number of 32 bits.'],
  ['run a.dnn --program a --program b', '`run` takes one program'],
  ['run a.wasm --chip tiny', 'a.wasm is compiled already'],
  ['train a.wasm --chip tiny', 'a.wasm is compiled already'],
  ['train a.wasm --recompute sqrt', 'a.wasm is compiled already'],
  ['train a.wasm --recompute 0', 'a.wasm is compiled already'],
  ['why a.dnn b c d', 'two tensors can be compared, not 3'],
  ['train a.wasm --check-finite', 'needs the program’s text, not a.wasm'],
  ['compile a.dnn --emit wast', 'Allowed choices are ast, graph, tiles, memory, wat.'],
  ['compile a.dnn --print-after tiel', 'did you mean tile?'],
  ['compile nets/a.dnn', 'error: say where to write the artifact: -o nets/a.wasm'],
])('%s', async (args, message) => {
  const { code, out, err } = await place({ 'a.dnn': line }).tessera(...args.split(' '));
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});

it('prints the version', async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  expect(await place().tessera('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
});
