/**
 * A chip whose program is JavaScript: one weight fitted to y = 3x by gradient descent with momentum, two samples a step.
 *
 * - `fit(x: f32[2, 1], y: f32[2], rate: f32[]) -> { loss: f32[], seen: f32[2] }`; `seen` is the batch.
 * - `w: f32[]`, a param, 0 at first; `fit.w.sgd.velocity: f32[]` and `$step: i32[]`, states.
 * - `ask() -> w: f32[]`, a model.
 */
import { type Manifest, type ManifestVariable, presets } from '@tessera-dnn/machine';
import { Chip } from '../src/index.ts';
import { Runner } from '../src/runner.ts';

const place = { x: 0, y: 8, rate: 16, loss: 20, seen: 24, w: 32, transfer: 36 };
const at = { weight: 40, velocity: 44, steps: 48 };
const variables: readonly ManifestVariable[] = [
  { index: 0, path: 'w', kind: 'param', type: 'f32', shape: [], embedded: false },
  { index: 1, path: 'fit.w.sgd.velocity', kind: 'state', type: 'f32', shape: [], embedded: false },
  { index: 2, path: '$step', kind: 'state', type: 'i32', shape: [], embedded: false },
];

const manifest: Manifest = {
  format: 'tessera',
  version: 1,
  source: 'pretend.dnn',
  chip: { ...presets[1], tiles: 1, workers: 1 },
  math: 'strict',
  features: [],
  memory: { totalBytes: 65_536, tileStrideBytes: 64, host: { address: 0, bytes: 40, transfer: place.transfer } },
  programs: {
    fit: {
      index: 0,
      kind: 'train',
      phases: 1,
      cycles: 1,
      inputs: [
        { name: 'x', type: 'f32', shape: [2, 1], address: place.x, bytes: 8 },
        { name: 'y', type: 'f32', shape: [2], address: place.y, bytes: 8 },
        { name: 'rate', type: 'f32', shape: [], address: place.rate, bytes: 4 },
      ],
      outputs: [
        { name: 'loss', type: 'f32', shape: [], address: place.loss, bytes: 4 },
        { name: 'seen', type: 'f32', shape: [2], address: place.seen, bytes: 8 },
      ],
    },
    ask: {
      index: 1,
      kind: 'model',
      phases: 1,
      cycles: 1,
      inputs: [],
      outputs: [{ name: 'w', type: 'f32', shape: [], address: place.w, bytes: 4 }],
    },
  },
  variables,
};

export function pretendChip(): Chip {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const floats = new Float32Array(memory.buffer);
  const integers = new Int32Array(memory.buffer);
  const f = (address: number): number => floats[address / 4];
  const fit = (): void => {
    const errors = [0, 4].map(i => f(at.weight) * f(place.x + i) - f(place.y + i));
    const slope = (errors[0] * f(place.x) + errors[1] * f(place.x + 4)) / 2;
    floats[place.loss / 4] = (errors[0] ** 2 + errors[1] ** 2) / 2;
    floats.copyWithin(place.seen / 4, place.x / 4, place.x / 4 + 2);
    floats[at.velocity / 4] = 0.5 * f(at.velocity) + slope;
    floats[at.weight / 4] -= f(place.rate) * f(at.velocity);
    integers[at.steps / 4]++;
  };
  const copy = (from: number, to: number): void => void (integers[to / 4] = integers[from / 4]);
  const exports = {
    ...{ load: () => {}, init: () => {}, step: fit, fit },
    ask: () => copy(at.weight, place.w),
    read: (variable: number) => copy(at.weight + 4 * variable, place.transfer),
    write: (variable: number) => copy(place.transfer, at.weight + 4 * variable),
  };
  return new Chip(manifest, memory, new Runner({ exports, slots: 1 }));
}
