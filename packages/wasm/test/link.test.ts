/** A hand-made image, linked, and run with nothing but the WebAssembly API. */
import { isError } from '@tessera-dnn/diagnostics';
import type { Image } from '@tessera-dnn/machine';
import { compileCodelets, link } from '@tessera-dnn/wasm';
import { describe, expect, test } from 'vitest';
import { moduleBeyondEngines } from '../src/link/limits.ts';
import { hostAddresses, image, imageAt, kernels, type Place, small } from './hand-made.ts';

const compiled = compileCodelets(
  kernels.map(kernel => kernel.code),
  { math: 'strict', workers: 2, names: ['copy', 'square', 'sum', 'increment', 'seeded'] },
);

function linked(of: Image = image): Uint8Array<ArrayBuffer> {
  const outcome = link(compiled, of);
  if (!outcome.ok) throw new Error(outcome.diagnostics[0].message);
  return outcome.value;
}

const wasm = linked();
const compiledModule = new WebAssembly.Module(wasm);

type Call = (...numbers: number[]) => void;

function start(of = compiledModule, place: Place = small) {
  const { exports } = new WebAssembly.Instance(of);
  const { input, output, transfer } = hostAddresses(place);
  const memory = exports.memory as WebAssembly.Memory;
  const floats = (address: number, count: number) => new Float32Array(memory.buffer, address, count);
  floats(input, 8).set([10, 20, 30, 40, 50, 60, 70, 80]);
  const call = (name: string) => exports[name] as Call;
  return {
    memory,
    run: call('run'),
    grow: call('grow'),
    init: call('init'),
    read: call('read'),
    write: call('write'),
    step: call('step'),
    load: call('load'),
    transfer: () => floats(transfer, 4),
    answer: () => [...floats(output, 8)],
  };
}

/** x + v on the first half, x + v² on the second. */
function expected(v: readonly number[]): number[] {
  return [...v.map((e, i) => 10 * (i + 1) + e), ...v.map((e, i) => 10 * (i + 5) + e * e)];
}

function stackOf(call: Call): string {
  try {
    call();
  } catch (error) {
    return error instanceof Error ? `${error.stack}` : '';
  }
  return '';
}

describe('the artifact', () => {
  test('is valid and exports what a host needs', () => {
    expect(WebAssembly.validate(wasm)).toBe(true);
    expect(WebAssembly.Module.imports(compiledModule)).toEqual([]);
    const names = WebAssembly.Module.exports(compiledModule).map(({ name }) => name);
    expect(names.sort()).toEqual(['grow', 'init', 'load', 'memory', 'read', 'run', 'step', 'write']);
  });

  test('has a memory of exactly the planned size', () => {
    const { memory } = start();
    expect(memory.buffer.byteLength).toBe(65536);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });

  test('says what it is in its manifest', () => {
    const [section] = WebAssembly.Module.customSections(compiledModule, 'tessera');
    const said = JSON.parse(new TextDecoder().decode(section));
    expect(said).toEqual({ ...image.manifest, features: ['simd128'] });
  });

  test('is the same bytes for the same input, in whatever order the manifest was built', () => {
    const { format, ...rest } = image.manifest;
    expect(linked({ ...image, manifest: { ...rest, format } })).toEqual(wasm);
  });

  test('names its functions: a trap says in which codelet and phase it happened', () => {
    const directory = image.segments[0].bytes.slice();
    // The input lies nowhere: all slots of tile 0's copy are beyond the memory.
    const view = new DataView(directory.buffer);
    // Its target, after the list's length, what the record has, and the reference to the field block, all of one byte.
    const target = view.getUint16(2, true) + 3;
    expect(view.getUint16(target, true)).toBe(0xffff);
    view.setUint32(target + 2, 0x7fffffff, true);
    const segments = [{ address: 0, bytes: directory }, ...image.segments.slice(1)];
    const { run } = start(new WebAssembly.Module(linked({ ...image, segments })));
    const stack = stackOf(run);
    for (const name of ['copy', 'x · exchange', 'walk an exchange', 'step run']) expect(stack).toContain(name);
  });

  test('cut short anywhere, is no module or has no manifest', () => {
    for (let length = 0; length < wasm.length; length++) {
      const cut = wasm.slice(0, length);
      if (!WebAssembly.validate(cut)) continue;
      expect(WebAssembly.Module.customSections(new WebAssembly.Module(cut), 'tessera')).toEqual([]);
    }
  });
});

describe('a program', () => {
  test('runs from input to output, and prepares first', () => {
    const { run, answer } = start();
    run();
    expect(answer()).toEqual(expected([1, 2, 3, 4]));
  });

  test('prepares once: the prepared value stays until a variable changes', () => {
    const { run, answer, memory } = start();
    run();
    // Tile 1's p = v², overwritten behind the program's back, is not made anew.
    new Float32Array(memory.buffer, 4096 + 1040, 4).fill(1000);
    run();
    expect(answer().slice(4)).toEqual([1050, 1060, 1070, 1080]);
  });

  test('prepares again after write, init and a program that changes variables', () => {
    const { run, grow, write, init, transfer, answer } = start();
    run();
    transfer().set([5, 6, 7, 8]);
    write(0);
    run();
    expect(answer()).toEqual(expected([5, 6, 7, 8]));
    grow();
    run();
    expect(answer()).toEqual(expected([6, 7, 8, 9]));
    init(100);
    run();
    expect(answer()).toEqual(expected([100, 104, 108, 112]));
  });

  test('runs where the second tile and the host window lie beyond 2 GiB', () => {
    const place: Place = { strideBytes: 2 ** 31 + 2 ** 20, hostAddress: 2 ** 32 - 2 ** 20 };
    const { run, init, read, transfer, answer } = start(new WebAssembly.Module(linked(imageAt(place))), place);
    run();
    expect(answer()).toEqual(expected([1, 2, 3, 4]));
    init(3);
    read(0);
    expect([...transfer()]).toEqual([3, 7, 11, 15]);
  });

  test('load does nothing', () => {
    const { load, memory } = start();
    const before = new Uint8Array(memory.buffer).slice();
    load();
    expect(new Uint8Array(memory.buffer)).toEqual(before);
  });
});

describe('a variable', () => {
  test('is read whole, and written back', () => {
    const { read, write, grow, transfer } = start();
    read(0);
    expect([...transfer()]).toEqual([1, 2, 3, 4]);
    transfer().set([9, 8, 7, 6]);
    write(0);
    grow();
    read(0);
    expect([...transfer()]).toEqual([10, 9, 8, 7]);
  });

  test('without a first value keeps its embedded one through init', () => {
    const table = image.segments[3];
    const bytes = table.bytes.slice();
    new DataView(bytes.buffer).setUint32(8, 0, true);
    const segments = [...image.segments.slice(0, 3), { address: table.address, bytes }];
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(linked({ ...image, segments })));
    (exports.init as Call)(7);
    (exports.read as Call)(0);
    const memory = exports.memory as WebAssembly.Memory;
    expect([...new Float32Array(memory.buffer, hostAddresses(small).transfer, 4)]).toEqual([1, 2, 3, 4]);
  });
});

describe('step', () => {
  const slotOrders = [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 0, 3, 1],
  ];

  test.each(slotOrders)('slot by slot in the order %i %i %i %i equals the program', (...slots) => {
    const { step, grow, answer } = start();
    for (let round = 0; round < 2; round++) {
      for (let phase = 0; phase < 5; phase++) for (const slot of slots) step(0, phase, slot, slot + 1);
    }
    expect(answer()).toEqual(expected([1, 2, 3, 4]));
    grow();
    for (let phase = 0; phase < 5; phase++) for (const slot of slots) step(0, phase, slot, slot + 1);
    expect(answer()).toEqual(expected([2, 3, 4, 5]));
  });

  test('an empty range of slots does nothing, and a range is half-open', () => {
    const { step, run, answer } = start();
    run();
    const before = answer();
    step(1, 2, 2, 2);
    step(1, 2, 1, 1);
    run();
    expect(answer()).toEqual(before);
    // Slot 0 is worker 0 of tile 0: it grows the first half of v.
    step(1, 2, 0, 1);
    run();
    expect(answer().slice(0, 4)).toEqual([12, 23, 33, 44]);
  });

  test.each([
    ['program', [2, 0, 0, 4]],
    ['program', [-1, 0, 0, 4]],
    ['phase', [0, 5, 0, 4]],
    ['phase', [1, -1, 0, 4]],
    ['slot', [0, 0, 0, 5]],
    ['slot', [0, 0, 3, 2]],
    ['slot', [0, 0, -1, 4]],
  ])('an unknown %s traps: %j', (_what, numbers) => {
    expect(() => start().step(...(numbers as number[]))).toThrow(WebAssembly.RuntimeError);
  });

  test('an unknown variable traps', () => {
    const { read, write } = start();
    expect(() => read(1)).toThrow(WebAssembly.RuntimeError);
    expect(() => write(-1)).toThrow(WebAssembly.RuntimeError);
  });
});

test('a plan beyond 4 GiB is an error that says how much it needs', () => {
  const outcome = link(compiled, { ...image, totalBytes: 5 * 2 ** 30, tiles: 20480, tileStrideBytes: 2 ** 18 });
  expect(outcome.ok).toBe(false);
  expect(outcome.diagnostics.some(isError)).toBe(true);
  expect(outcome.diagnostics[0]).toMatchObject({ code: 'memory-too-large' });
  expect(outcome.diagnostics[0].message).toContain('5.00 GiB');
});

test.each([
  ['functions', compiled, { ...image, phases: new Array(1_000_001).fill(image.phases[0]) }],
  ['bytes of code', { ...compiled, bodies: [new Uint8Array(7_654_322)] }, image],
  ['parameters', { ...compiled, slots: [999] }, image],
  ['letters', compiled, { ...image, programs: [{ ...image.programs[0], name: 'n'.repeat(100_001) }] }],
])('an artifact of too many %s is an error that says so', (what, codelets, beyond) => {
  const outcome = link(codelets, beyond);
  expect(outcome.ok).toBe(false);
  expect(outcome.diagnostics[0]).toMatchObject({ code: 'beyond-engines' });
  expect(outcome.diagnostics[0].message).toContain(what);
});

test('so is one of more than a gigabyte', () => {
  expect(moduleBeyondEngines(2 ** 30)).toBeUndefined();
  expect(moduleBeyondEngines(2 ** 30 + 1)?.message).toContain('1,073,741,825 bytes');
});
