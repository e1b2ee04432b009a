/** Plans by their bytes and cycles: what the front shows is what comes of asking for it. */
import { type ChipSpec, presetNamed } from '@tessera-dnn/machine';
import { expect, test } from 'vitest';
import { type CompileOptions, plan, planFront } from '../src/index.ts';

const gc2 = presetNamed('gc2');
if (!gc2.ok) throw new Error('no gc2');
const chip: ChipSpec = { ...gc2.value, tiles: 16 };
const text =
  'model m(x: f32[1, 64], y: f32[64, 1]) {\n  param b: f32[64, 64] = zeros\n  return relu((y * x) @ b) @ b\n}\n';
const source = { name: 'front.dnn', text };

function planned(options: CompileOptions) {
  const { ok, ...made } = plan(source, { chip, verify: true, ...options });
  if (!ok || !('value' in made)) return made.diagnostics.map(({ code, help }) => `${code}: ${help}`);
  const { peakBytes, cycles } = made.value.report;
  return { bytes: peakBytes, cycles: Math.round(cycles.reduce((sum, { cycles }) => sum + cycles, 0)) };
}

test('each point of a front is what its bytes and its cycles ask for, and less than the least is refused', () => {
  const front = planFront(source, { chip, verify: true });
  if (!front.ok) throw new Error('no front');
  const points = front.value.map(({ bytes, cycles }) => ({ bytes, cycles }));
  expect(points.length).toBeGreaterThanOrEqual(6);
  for (const [i, point] of points.entries()) {
    if (i === 0) continue;
    expect(point.bytes).toBeLessThan(points[i - 1].bytes);
    expect(point.cycles).toBeGreaterThan(points[i - 1].cycles);
  }
  const [middle, least] = [points[points.length >> 1], points[points.length - 1]];
  expect(planned({ memory: middle.bytes })).toEqual(middle);
  expect(planned({ cycles: middle.cycles })).toEqual(middle);
  expect(planned({ memory: least.bytes - 1 })).toEqual([
    `memory-missed: ask for that with --memory ${least.bytes}; \`tessera memory --front\` shows what else there is`,
  ]);
});

test('in strict math a plan of so many bytes has the same splits for other workers and with memory not shared', () => {
  const splits = (options: CompileOptions) => {
    const made = plan(source, { math: 'strict', memory: 16_000, ...options, chip: { ...chip, ...options.chip } });
    if (!made.ok) throw new Error(made.diagnostics.map(({ message }) => message).join());
    return made.value.decisions.programs.map(({ nodes }) =>
      nodes.map(({ split }) => [split?.grid.cuts, split?.rounds]),
    );
  };
  expect(splits({ chip: { ...chip, workers: 2 } })).toEqual(splits({}));
});
