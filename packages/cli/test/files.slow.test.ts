/**
 * Files that commands write and read: what a target keeps when it is written, and that every wrong name and failing disk becomes a
 * diagnostic.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../src/files/read.ts';
import { writeWhole } from '../src/files/write.ts';
import { line as model, npy, place, type Ran } from './command.ts';
import { line, lineFlags } from './trains.ts';

const compiles = ['compile', 'a.dnn', '-o'];

describe('a file that is written anew', () => {
  it.each([0o600, 0o666, 0o755])('keeps its permissions, %o', async mode => {
    const here = place({ 'a.dnn': model, 'a.wasm': 'old' });
    chmodSync(join(here.path, 'a.wasm'), mode);
    expect((await here.tessera(...compiles, 'a.wasm')).code).toBe(0);
    expect(statSync(join(here.path, 'a.wasm')).mode & 0o777).toBe(mode);
    expect(here.read('a.wasm').length).toBeGreaterThan(100);
  });

  it('keeps links that point to it, also before it is there', async () => {
    const here = place({ 'a.dnn': model, 'far/old.wasm': 'old' });
    for (const name of ['old.wasm', 'new.wasm']) {
      symlinkSync(`far/${name}`, join(here.path, name));
      expect((await here.tessera(...compiles, name)).code).toBe(0);
      expect(lstatSync(join(here.path, name)).isSymbolicLink()).toBe(true);
      expect(readlinkSync(join(here.path, name))).toBe(`far/${name}`);
      expect(here.read(`far/${name}`).length).toBeGreaterThan(100);
    }
  });

  it('keeps its other names', async () => {
    const here = place({ 'a.dnn': model, 'a.wasm': 'old, and longer than one might think: '.repeat(1000) });
    linkSync(join(here.path, 'a.wasm'), join(here.path, 'b.wasm'));
    expect((await here.tessera(...compiles, 'a.wasm')).code).toBe(0);
    expect(here.read('b.wasm')).toEqual(here.read('a.wasm'));
    expect(here.read('a.wasm').subarray(0, 4)).toEqual(Buffer.from('\0asm'));
    expect(here.names()).toEqual(['a.dnn', 'a.wasm', 'b.wasm']);
  });

  it('is rid of what dead writers left, and of nothing else', async () => {
    const here = place({ 'a.dnn': model });
    const dead = [
      '.a.wasm.999999999.partial',
      '.a.wasm.999999999.0123456789ab.partial',
      `.a.wasm.${process.pid}.partial`,
    ];
    const others = [
      '.a.wasm.1.partial',
      '.b.wasm.999999999.partial',
      '.a.wasm.999999998.partial',
      '.a.wasm.mine.partial',
    ];
    for (const name of [...dead, ...others]) {
      here.write(name, 'x');
      // One of them is new: its writer may still be at work in another container.
      if (!name.includes('999999998')) utimesSync(join(here.path, name), 1e9, 1e9);
    }
    expect((await here.tessera(...compiles, 'a.wasm')).code).toBe(0);
    expect(here.names()).toEqual([...others, 'a.dnn', 'a.wasm'].sort());
  });
});

describe('more than 2 GiB at once', () => {
  const io = { folder: '/' } as Parameters<typeof writeWhole>[0];
  const length = 2 ** 31 + 5;

  it.runIf(existsSync('/dev/null'))('are written', () => {
    expect(writeWhole(io, '/dev/null', new Uint8Array(length)).ok).toBe(true);
  });

  it('are read', () => {
    const big = join(place().path, 'big');
    const file = openSync(big, 'w');
    ftruncateSync(file, length);
    closeSync(file);
    const read = readBytes(io, big);
    expect(read.ok && read.value.length).toBe(length);
  }, 120_000);
});

const bad = {
  'a circle of links': 'loop',
  'a link in a circle on the way': 'loop/x',
  'a name of 300 characters': 'n'.repeat(300),
  'a path of 5,000 characters': 'n/'.repeat(2500),
  'a folder': 'folder',
  'a file in a file': 'a.dnn/x',
  'a folder that is not there': 'no/x',
};

function hostilePlace() {
  const here = place({ ...line, 'model.dnn': model, 'three.npy': npy([1, 3], [1, 2, 3]), 'old.wasm': 'x' });
  mkdirSync(join(here.path, 'folder'));
  symlinkSync('loop', join(here.path, 'loop'));
  return here;
}

function expectPlain({ code, err }: Ran): void {
  expect(err).not.toMatch(/internal error|unexpected|at .*\.ts:/);
  expect(err).toMatch(/error(\[[a-z-]+\])?: /);
  expect([1, 2]).toContain(code);
}

describe.each(Object.entries(bad))('%s', (_, name) => {
  it.each([
    ['source', ['check', name]],
    ['compile -o', ['compile', 'model.dnn', '-o', name]],
    ['--weights', ['compile', 'model.dnn', '-o', 'o.wasm', '--weights', name]],
    ['--chip', ['check', 'model.dnn', '--chip', `${name}.json`]],
    ['--svg', ['memory', 'model.dnn', '--svg', name]],
    ['run --input', ['run', 'model.dnn', '--input', `x=${name}`]],
    ['run --output', ['run', 'model.dnn', '--input', 'x=three.npy', '--output', `output=${name}`]],
    ['artifact', ['run', `${name}.wasm`]],
    ['fmt', ['fmt', name]],
    ['--save', ['train', ...lineFlags, '--save', name]],
    ['--log', ['train', ...lineFlags, '--log', name]],
    ['--resume', ['train', ...lineFlags, '--resume', name]],
    ['--data', ['train', 'a.dnn', '--data', `x=${name}`]],
  ])('is a plain mistake as %s', async (_, args) => {
    expectPlain(await hostilePlace().tessera(...args));
  });

  it('is a plain mistake of tessera-allocate', async () => {
    const here = hostilePlace();
    here.write('p.csv', 'id,lower,upper,size\na,0,1,4\n');
    expectPlain(await here.allocate(name));
    expectPlain(await here.allocate('p.csv', '-o', name));
  });
});

const canDrop = process.getuid?.() === 0 && existsSync('/usr/bin/setpriv');

it.runIf(canDrop)(
  'what one may not read or write is a plain mistake',
  () => {
    const here = place({ ...line, 'secret.npy': npy([1], [1]), 'shut/w': '' });
    chmodSync(here.path, 0o755);
    chmodSync(join(here.path, 'secret.npy'), 0o600);
    chmodSync(join(here.path, 'shut'), 0o700);
    const commands = [
      ['train', ...lineFlags, '--data', 'z=secret.npy'],
      ['train', ...lineFlags, '--save', 'w.safetensors'],
      ['train', ...lineFlags, '--save', 'shut/w'],
      ['train', ...lineFlags, '--log', 'shut/w'],
      ['compile', 'a.dnn', '-o', 'shut/w'],
    ];
    // One process for all of them: loading the compiler takes it longer than they do.
    const script = `
      import { main, processIo } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
      for (const args of ${JSON.stringify(commands)}) {
        process.stderr.write('> ' + args.join(' ') + '\\n');
        await main(args, processIo());
      }`;
    const node = [process.execPath, '--conditions=@tessera/source', '--input-type=module', '--eval', script];
    const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', ...node];
    const { stderr } = spawnSync('/usr/bin/setpriv', asNobody, { cwd: here.path, encoding: 'utf8' });
    const said = stderr.split(/^> /m).slice(1);
    expect(said).toHaveLength(commands.length);
    for (const each of said)
      expect(each).toMatch(/error\[un(readable|writable)-file\]: .* cannot be (read|written): permission denied/);
  },
  120_000,
);

it('a missing folder is named, with how to make it', async () => {
  const here = place({ 'a.dnn': model });
  expect((await here.tessera(...compiles, 'no/a.wasm')).err).toBe(
    'error[unwritable-file]: no/a.wasm cannot be written: its folder does not exist\n   help: make it first: mkdir -p no\n\n',
  );
  expect(readFileSync(join(here.path, 'a.dnn'), 'utf8')).toBe(model);
});
