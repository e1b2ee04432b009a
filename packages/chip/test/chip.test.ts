/** A running chip knows programs, variables and inputs by name; every mistake is refused and changes nothing. */
import { describe, expect, it } from 'vitest';
import {
  type Chip,
  ChipError,
  createChip,
  load,
  loadArtifact,
  type PhaseTrace,
  type TensorInput,
} from '../src/index.ts';
import { handMade, manifest } from './hand-made.ts';

async function start(seed?: number): Promise<Chip> {
  const loaded = await loadArtifact(handMade());
  if (!loaded.ok) throw new Error(loaded.diagnostics[0].message);
  const chip = await createChip(loaded.value, seed === undefined ? {} : { seed });
  if (!chip.ok) throw new Error(chip.diagnostics[0].message);
  return chip.value;
}
const x = Float32Array.of(1.5, -2);
const no = Uint8Array.of(0);
const yes = Uint8Array.of(255);

describe('a chip', () => {
  it('runs a program on named inputs', async () => {
    const chip = await start(3);
    expect(chip.run('scale', { x, flip: no })).toEqual({
      ok: true,
      value: { y: Float32Array.of(4.5, -6) },
      diagnostics: [],
    });
    expect(chip.run('total', { a: { shape: [3], data: Int32Array.of(1, -5, 7) } })).toMatchObject({
      value: { sum: Int32Array.of(3) },
    });
  });

  it('keeps inputs until they are set again, and takes any truth for 1', async () => {
    const chip = await start(3);
    chip.set('scale', 'x', x);
    expect(chip.run('scale', { flip: yes })).toMatchObject({ value: { y: Float32Array.of(-4.5, 6) } });
    expect(new Uint8Array(chip.memory.buffer)[manifest.programs['scale'].inputs[1].address]).toBe(1);
    expect(chip.run('scale', { flip: no })).toMatchObject({ value: { y: Float32Array.of(4.5, -6) } });
    expect(chip.output('scale', 'y')).toMatchObject({ value: Float32Array.of(4.5, -6) });
  });

  it('gives copies, that a later run leaves alone', async () => {
    const chip = await start(1);
    const first = chip.run('scale', { x, flip: no });
    chip.run('scale', { x: Float32Array.of(0, 0) });
    expect(first).toMatchObject({ value: { y: Float32Array.of(1.5, -2) } });
  });

  it('reads and writes variables, and starts them from the seed', async () => {
    const chip = await start(7);
    expect(chip.readVariable('w')).toMatchObject({ value: Float32Array.of(7) });
    expect(chip.writeVariable('w', Float32Array.of(-0.5)).ok).toBe(true);
    expect(chip.run('scale', { x, flip: no })).toMatchObject({ value: { y: Float32Array.of(-0.75, 1) } });
    expect(chip.init(-2).ok).toBe(true);
    expect(chip.readVariable('w')).toMatchObject({ value: Float32Array.of(-2) });
    expect(await start()).toMatchObject({ manifest });
  });

  it('runs phase by phase, and tells a trace', async () => {
    const chip = await start(2);
    const phases: PhaseTrace[] = [];
    const traced = chip.run('scale', { x, flip: yes }, { trace: phase => phases.push(phase) });
    expect(traced).toMatchObject({ value: { y: Float32Array.of(-3, 4) } });
    expect(phases).toMatchObject([
      { program: 'scale', phase: 0, name: 'scale · compute' },
      { program: 'scale', phase: 1, name: 'flip · compute' },
    ]);
    expect(phases.every(({ hostMilliseconds }) => hostMilliseconds >= 0)).toBe(true);
    chip.run('total', { a: new Int32Array(3) }, { trace: phase => phases.push(phase) });
    expect(phases[2]).toMatchObject({ program: 'total', phase: 0, name: 'phase 0' });
  });

  it('steps single slots of a phase', async () => {
    const chip = await start(2);
    chip.set('scale', 'x', x);
    expect(chip.step('scale', 0, 1, 2).ok).toBe(true);
    expect(chip.output('scale', 'y')).toMatchObject({ value: Float32Array.of(0, -4) });
    expect(chip.step('scale', 0, 0, 1).ok).toBe(true);
    expect(chip.output('scale', 'y')).toMatchObject({ value: Float32Array.of(3, -4) });
  });
});

describe('refuses', () => {
  it.each<
    [
      string,
      (chip: Chip) => { readonly diagnostics: readonly { code: string; message: string; help?: string }[] },
      string,
    ]
  >([
    [
      'a program',
      chip => chip.run('scales'),
      'no-such-program: the artifact has no program called scales (did you mean scale?)',
    ],
    [
      'an inherited name',
      chip => chip.run('toString'),
      'no-such-program: the artifact has no program called toString (it has scale, total, broken)',
    ],
    [
      'an input',
      chip => chip.run('scale', { image: x }),
      'no-such-input: scale has no input called image (it has x, flip)',
    ],
    ['an output', chip => chip.output('total', 'y'), 'no-such-output: total has no output called y (it has sum)'],
    [
      'a variable',
      chip => chip.readVariable('v'),
      'no-such-variable: the artifact has no variable called v (it has w)',
    ],
    ['no input', chip => chip.run('scale', { x }), 'missing-input: input flip of scale, bool[], was never set'],
    [
      'another type',
      chip => chip.set('scale', 'x', Int32Array.of(1, 2)),
      'wrong-type: input x of scale is f32, so it takes a Float32Array, not an Int32Array (wrap the numbers: Float32Array.from(numbers, Number))',
    ],
    [
      'a plain list',
      chip => chip.set('scale', 'x', [1, 2] as unknown as TensorInput),
      'wrong-type: input x of scale is f32, so it takes a Float32Array, not an Array (wrap the numbers: Float32Array.from(numbers, Number))',
    ],
    [
      'too few elements',
      chip => chip.set('scale', 'x', new Float32Array(1)),
      'wrong-shape: input x of scale is f32[2], 2 elements, but 1 were given',
    ],
    [
      'another shape',
      chip => chip.set('scale', 'x', { shape: [1, 2], data: x }),
      'wrong-shape: input x of scale is f32[2], but [1, 2] was given',
    ],
    [
      'a wrong weight',
      chip => chip.writeVariable('w', x),
      'wrong-shape: variable w is f32[], 1 elements, but 2 were given',
    ],
    ['a seed', chip => chip.init(0.5), 'bad-seed: a seed is a 32-bit integer, not 0.5'],
    ['a phase', chip => chip.step('scale', 2), 'bad-phase: scale has phases 0 to 1, and no phase 2'],
    ['slots', chip => chip.step('scale', 0, 0, 3), "bad-slots: [0, 3) is no range of the chip's 2 slots"],
    ['slots', chip => chip.step('scale', 0, 2, 1), "bad-slots: [2, 1) is no range of the chip's 2 slots"],
    ['a trap', chip => chip.run('broken'), "trap: the artifact's code trapped: unreachable"],
  ])('%s', async (_, act, expected) => {
    const { code, message, help } = act(await start()).diagnostics[0];
    expect(`${code}: ${message}${help ? ` (${help})` : ''}`).toBe(expected);
  });

  it('and changes nothing', async () => {
    const chip = await start(5);
    const before = chip.memory.buffer.slice();
    chip.set('scale', 'x', new Float32Array(3).fill(9));
    chip.writeVariable('w', Int32Array.of(9));
    chip.run('scale', { flip: yes, x: new Float32Array(3) });
    expect(new Uint8Array(chip.memory.buffer)).toEqual(new Uint8Array(before));
  });
});

describe('load', () => {
  it('is one line to a running chip', async () => {
    const chip = await load(handMade(), { seed: 2 });
    const { y } = chip.run('scale', { x, flip: no });
    expect(y).toEqual(Float32Array.of(3, -4));
    expect(Object.keys(chip.programs)).toEqual(['scale', 'total', 'broken']);
    chip.writeVariable('w', Float32Array.of(1));
    expect(chip.readVariable('w')).toEqual(Float32Array.of(1));
  });

  it('throws what is wrong', async () => {
    const chip = await load(handMade());
    expect(() => chip.run('scale', { x: new Float32Array(1) })).toThrow(ChipError);
    await expect(load(new Uint8Array())).rejects.toThrow(
      'these bytes are not a wasm module (give the file that `tessera compile` wrote)',
    );
  });
});
