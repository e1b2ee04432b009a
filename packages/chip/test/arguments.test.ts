/** Whatever a chip is called with: an answer in a line, and no error that is not ours. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chip, ChipError, type Inputs, load, type TensorInput } from '../src/index.ts';
import { handMade } from './hand-made.ts';

const start = () => load(handMade(), { seed: 3 });
const x = Float32Array.of(1.5, -2);
const lineOf = ({ diagnostics }: ReturnType<Chip['set']>) =>
  diagnostics.map(({ code, message, help }) => `${code}: ${message}${help ? ` (${help})` : ''}`).join('\n');

describe('inputs', () => {
  it.each([
    [new Float32Array(150_528), 'a Float32Array'],
    [[1, 2], 'an Array'],
    [null, 'null'],
    [7, 'a number'],
    ['x', 'a string'],
    [new Map([['x', x]]), 'a Map'],
  ])('%o without a name', async (inputs, kind) => {
    const { chip } = await start();
    const line = `inputs-without-names: scale takes its inputs by name, in an object, and was given ${kind} (run('scale', { x: … }))`;
    expect(lineOf(chip.run('scale', inputs as unknown as Inputs) as never)).toBe(line);
    expect(lineOf((await chip.runAsync('scale', inputs as unknown as Inputs)) as never)).toBe(line);
  });

  it('under many wrong names are answered in ten lines', async () => {
    const { chip } = await start();
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`p${i}`, x]));
    expect(chip.run('scale', many).diagnostics).toHaveLength(10);
  });

  it.each<[unknown, string]>([
    [
      null,
      'wrong-type: input x of scale is f32, so it takes a Float32Array, not null (give a Float32Array of 2 elements)',
    ],
    [
      undefined,
      'wrong-type: input x of scale is f32, so it takes a Float32Array, not undefined (give a Float32Array of 2 elements)',
    ],
    [
      '1, 2',
      'wrong-type: input x of scale is f32, so it takes a Float32Array, not a string (give a Float32Array of 2 elements)',
    ],
    [
      3,
      'wrong-type: input x of scale is f32, so it takes a Float32Array, not a number (give a Float32Array of 2 elements)',
    ],
    [
      x.buffer,
      'wrong-type: input x of scale is f32, so it takes a Float32Array, not an ArrayBuffer (give a Float32Array of 2 elements)',
    ],
    [
      [1, 2],
      'wrong-type: input x of scale is f32, so it takes a Float32Array, not an Array (wrap the numbers: Float32Array.from(numbers, Number))',
    ],
    [
      new Float64Array(2),
      'wrong-type: input x of scale is f32, so it takes a Float32Array, not a Float64Array (wrap the numbers: Float32Array.from(numbers, Number))',
    ],
    [
      BigInt64Array.of(1n, 2n),
      'wrong-type: input x of scale is f32, so it takes a Float32Array, not a BigInt64Array (wrap the numbers: Float32Array.from(numbers, Number))',
    ],
    [
      Uint8ClampedArray.of(1, 2),
      'wrong-type: input x of scale is f32, so it takes a Float32Array, not a Uint8ClampedArray (make it of a picture with `pixels` of @tessera-dnn/chip/pixels)',
    ],
    [{ data: x, shape: null }, 'wrong-shape: input x of scale is f32[2], but null as its shape was given'],
    [{ data: x, shape: '2' }, 'wrong-shape: input x of scale is f32[2], but a string as its shape was given'],
    [{ data: x, shape: [Number.NaN] }, 'wrong-shape: input x of scale is f32[2], but [NaN] was given'],
    [{ data: x, shape: [1, 2] }, 'wrong-shape: input x of scale is f32[2], but [1, 2] was given'],
    [
      { data: [1, 2], shape: [2] },
      'wrong-type: input x of scale is f32, so it takes a Float32Array, not an Array (wrap the numbers: Float32Array.from(numbers, Number))',
    ],
    [
      { shape: [2] },
      'wrong-type: input x of scale is f32, so it takes a Float32Array, not an object (give a Float32Array of 2 elements)',
    ],
  ])('%o is refused in a line', async (value, line) => {
    const { chip } = await start();
    expect(lineOf(chip.set('scale', 'x', value as TensorInput))).toBe(line);
  });

  it('the advice for numbers of 64 bits works', () => {
    const numbers = BigInt64Array.of(1n, -2n);
    expect(Float32Array.from(numbers as never, Number)).toEqual(Float32Array.of(1, -2));
  });

  it('a number is a scalar', async () => {
    const chip = await start();
    expect(chip.run('scale', { x, flip: 1 })['y']).toEqual(Float32Array.of(-4.5, 6));
    chip.writeVariable('w', 0.5);
    expect(chip.run('scale', { flip: 0 })['y']).toEqual(Float32Array.of(0.75, -1));
  });

  it('may lie in shared memory', async () => {
    const shared = new Float32Array(new SharedArrayBuffer(8));
    shared.set(x);
    expect((await start()).run('scale', { x: shared as never, flip: 0 })['y']).toEqual(Float32Array.of(4.5, -6));
  });
});

it('whatever it is called with, a chip throws nothing but its own errors', async () => {
  const chip = await start();
  const anything = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true }),
    fc.constantFrom('scale', 'fit', 'w', x, Symbol('s'), { shape: [2], data: x }, { x }),
  );
  const methods = ['run', 'runAsync', 'train', 'init', 'readVariable', 'writeVariable'] as const;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...methods), fc.array(anything, { maxLength: 3 }), async (name, given) => {
      try {
        await (chip[name] as (...given: unknown[]) => unknown)(...given);
      } catch (error) {
        expect(error).toBeInstanceOf(ChipError);
      }
    }),
    { numRuns: 1000 },
  );
});

describe('an error', () => {
  it('keeps its diagnostics where it is posted', async () => {
    const chip = await start();
    const error = await chip.runAsync('scale', { x: new Float32Array(3) }).catch(error => error);
    const { message, cause } = structuredClone(error as ChipError);
    expect(message).toBe('input x of scale is f32[2], 2 elements, but 3 were given');
    expect(cause).toEqual(error.diagnostics);
  });
});

/** What a framework makes that watches all that it is given: objects and functions come out as proxies, and `this` is one. */
function watched<T extends object>(target: T): T {
  return new Proxy(target, {
    get: (of, key, receiver) => {
      const value = Reflect.get(of, key, receiver);
      const isWatched = Object.prototype.toString.call(value) === '[object Object]';
      return isWatched ? watched(value as object) : value;
    },
  });
}

it('a chip works behind a proxy', async () => {
  const loaded = watched(await start());
  expect(loaded.run('scale', { x, flip: 0 })['y']).toEqual(Float32Array.of(4.5, -6));
  const { chip } = loaded;
  expect([chip.threads, chip.slots, Object.keys(chip.programs)]).toEqual([1, 2, ['scale', 'total', 'broken']]);
  expect((await chip.runAsync('scale', { x, flip: 1 })).ok).toBe(true);
  expect(chip.readVariable('w')).toMatchObject({ value: Float32Array.of(3) });
  const { run } = chip;
  expect(run('scale', { x, flip: 0 })).toMatchObject({ ok: true });
  chip[Symbol.dispose]();
  expect(chip.run('scale')).toMatchObject({ ok: false, diagnostics: [{ code: 'disposed' }] });
});

it('a phase is refused behind another program', async () => {
  const { chip } = await start();
  chip.run('scale', { x, flip: 0 });
  expect(chip.step('scale', 0).ok).toBe(true);
  chip.run('total', { a: new Int32Array(3) });
  expect(lineOf(chip.step('scale', 1))).toBe(
    'bad-turn: phase 1 of scale follows on its phase 0, but total has run before it',
  );
  expect(chip.step('scale', 0).ok && chip.step('scale', 1).ok && chip.step('scale', 1).ok).toBe(true);
  expect(lineOf((await start()).chip.step('scale', 1))).toBe(
    'bad-turn: phase 1 of scale follows on its phase 0, but nothing has run before it',
  );
});
