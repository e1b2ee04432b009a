/**
 * An artifact written by hand, exactly as `docs/artifact.md` describes it: two tiles of one worker each.
 *
 * - `scale(x: f32[2], flip: bool[]) -> y: f32[2]`, y = w·x, negated if flip. Phase 0: slot s computes y[s]; phase 1: the sign.
 * - `total(a: i32[3]) -> sum: i32[]`, one phase.
 * - `broken() -> ()` traps.
 * - `w: f32[]`, a param; `init(seed)` makes it the seed.
 */
import { type Manifest, presets } from '@tessera-dnn/machine';
import * as w from './assemble.ts';

const weight = 0;
const [x, y, flip, a, sum, transfer] = [32, 40, 48, 52, 64, 68];

export const manifest: Manifest = {
  format: 'tessera',
  version: 1,
  source: 'hand-made.dnn',
  chip: { ...presets[1], name: 'pair', tiles: 2, workers: 1, sramBytes: 16 },
  math: 'strict',
  features: [],
  memory: { totalBytes: 65536, tileStrideBytes: 16, host: { address: 32, bytes: 48, transfer } },
  programs: {
    scale: {
      index: 0,
      kind: 'model',
      phases: 2,
      phaseNames: ['scale · compute', 'flip · compute'],
      cycles: 10,
      inputs: [
        { name: 'x', type: 'f32', shape: [2], address: x, bytes: 8 },
        { name: 'flip', type: 'bool', shape: [], address: flip, bytes: 1 },
      ],
      outputs: [{ name: 'y', type: 'f32', shape: [2], address: y, bytes: 8 }],
    },
    total: {
      index: 1,
      kind: 'model',
      phases: 1,
      cycles: 5,
      inputs: [{ name: 'a', type: 'i32', shape: [3], address: a, bytes: 12 }],
      outputs: [{ name: 'sum', type: 'i32', shape: [], address: sum, bytes: 4 }],
    },
    broken: { index: 2, kind: 'model', phases: 1, cycles: 0, inputs: [], outputs: [] },
  },
  variables: [{ index: 0, path: 'w', kind: 'param', type: 'f32', shape: [], embedded: false }],
};

const at = (address: number) => w.i32(address);
const isStep = (program: number, phase: number) => [
  ...w.get(0),
  ...w.i32(program),
  ...w.equal,
  ...w.get(1),
  ...w.i32(phase),
  ...w.equal,
  ...w.and,
];

const scaleSlot = [
  ...[...w.get(2), ...w.i32(2), ...w.shiftLeft],
  ...[...w.get(2), ...w.i32(2), ...w.shiftLeft, ...w.loadF32(x)],
  ...[...at(weight), ...w.loadF32(0), ...w.multiply, ...w.storeF32(y)],
];
const flipOne = (address: number) => [...at(address), ...at(address), ...w.loadF32(0), ...w.negate, ...w.storeF32(0)];
const load3 = [0, 4, 8].flatMap(offset => [...at(a + offset), ...w.loadI32(0)]);

export const functions: readonly w.FunctionSource[] = [
  {
    name: 'step',
    parameters: 4,
    body: [
      ...w.when(isStep(0, 0), w.countTo(2, 3, scaleSlot)),
      ...w.when(isStep(0, 1), w.when([...at(flip), ...w.loadByte(0)], [...flipOne(y), ...flipOne(y + 4)])),
      ...w.when(isStep(1, 0), [...at(sum), ...load3, ...w.add, ...w.add, ...w.storeI32(0)]),
    ],
  },
  { name: 'scale', parameters: 0, body: [...w.call(0, 0, 0, 0, 2), ...w.call(0, 0, 1, 0, 2)] },
  { name: 'total', parameters: 0, body: w.call(0, 1, 0, 0, 2) },
  { name: 'broken', parameters: 0, body: w.unreachable },
  { name: 'init', parameters: 1, body: [...at(weight), ...w.get(0), ...w.convert, ...w.storeF32(0)] },
  { name: 'load', parameters: 0, body: [] },
  { name: 'read', parameters: 1, body: [...at(transfer), ...at(weight), ...w.loadF32(0), ...w.storeF32(0)] },
  { name: 'write', parameters: 1, body: [...at(weight), ...at(transfer), ...w.loadF32(0), ...w.storeF32(0)] },
];

/** The bytes of this artifact, or of one with another manifest or other functions. */
export function handMade(json: unknown = manifest, code: readonly w.FunctionSource[] = functions): Uint8Array {
  return w.assemble(code, [
    ['name', ''],
    ['tessera', typeof json === 'string' ? json : JSON.stringify(json)],
  ]);
}
