/** Recomputation changes no bit of what a training gives, on one tile or many, and saves memory. */
import { hostChip } from '@tessera-dnn/machine';
import { expect, test } from 'vitest';
import { type Plan, plan, type Recompute } from '../src/index.ts';
import { chipOf } from './support/run-module.ts';
import { unwrap } from './support/torch.ts';
import { compileTraining, readTraining, train } from './support/training.ts';

const modes: readonly Recompute[] = ['sqrt', 'auto', 1];

function replicasIn({ module }: Plan): number {
  return module.programs.flatMap(({ graph }) => graph.nodes).filter(({ replica }) => replica !== undefined).length;
}

test.each([
  ['residual_momentum', 7, 'auto'],
  ['transformer', 16, 'sqrt'],
  ['segmenter', 61, 1],
] as const)('%s is the same to the bit on %d tiles under %s', (name, tiles, recompute) => {
  const training = readTraining(name);
  const options = { chip: chipOf(tiles), math: 'strict', verify: true } as const;
  const without = train(training, compileTraining(training, options));
  expect(train(training, compileTraining(training, { ...options, recompute }))).toEqual(without);
});

test('copies take less memory, whatever decides about them', () => {
  const source = { name: 'segmenter.dnn', text: readTraining('segmenter').text };
  const without = unwrap(plan(source));
  expect(replicasIn(without)).toBe(0);
  for (const recompute of modes) {
    const planned = unwrap(plan(source, { recompute, verify: true }));
    expect(replicasIn(planned)).toBeGreaterThan(0);
    expect(planned.report.peakBytes).toBeLessThan(without.report.peakBytes);
  }
});

test('what does not fit otherwise is computed again, with a warning', () => {
  const source = { name: 'segmenter.dnn', text: readTraining('segmenter').text };
  const peakOf = (recompute: Recompute) => unwrap(plan(source, { recompute })).report.peakBytes;
  const chip = { ...hostChip, sramBytes: (peakOf('none') + peakOf('auto')) / 2 };
  const planned = plan(source, { chip });
  expect(planned.ok).toBe(true);
  expect(planned.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['computed-again', 'warning']]);
  expect(plan(source, { chip, recompute: 'none' }).ok).toBe(false);
  expect(plan(source).diagnostics).toEqual([]);
});

test('a target in bytes that cannot be reached is not missed in silence', () => {
  const source = { name: 'segmenter.dnn', text: readTraining('segmenter').text };
  const { ok, diagnostics } = plan(source, { recompute: 1 });
  expect(ok).toBe(true);
  expect(diagnostics.map(({ code, severity }) => [code, severity])).toContainEqual(['recompute-missed', 'warning']);
  const peaks = diagnostics.map(({ message }) => Number(/take ([\d,]+) B at/.exec(message)?.[1].replaceAll(',', '')));
  const largest = Math.max(...peaks);
  expect(plan(source, { recompute: largest }).diagnostics).toEqual([]);
  expect(plan(source, { recompute: largest - 1 }).diagnostics).toHaveLength(1);
});
