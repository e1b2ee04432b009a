/** A causal step sees nothing of later ones, however low the scores are: against averages worked out by hand. */
import { expect, it } from 'vitest';
import { instanceOf } from '../support/instance.ts';

const text = `
model net(q: f32[3, 1], k: f32[3, 1], v: f32[3, 1]) {
  param moved: f32[3, 1] = zeros
  return attention(q + moved, k, v, causal: true)
}

train fit(q: f32[3, 1], k: f32[3, 1], v: f32[3, 1]) {
  minimize sum(net(q, k, v)) using sgd(rate: -1)
}
`;

it.each(['fast', 'strict'] as const)('sees nothing of later steps, %s', math => {
  const chip = instanceOf(text, math);
  // All scores are alike, so that each step has the average of what it sees.
  for (const score of [0, -1e9, -1e12, -3e38, 3e38]) {
    const inputs = { q: [score, score, score], k: [1, 1, 1], v: [1, 2, 6] };
    expect([...chip.run('net', inputs)['output']], `scores of ${score}`).toEqual([1, 1.5, 3]);
    chip.write('moved', [0, 0, 0]);
    chip.run('fit', inputs);
    for (const slope of chip.read('moved')) expect(slope, `at scores of ${score}`).toBeCloseTo(0, 6);
    chip.write('moved', [0, 0, 0]);
  }
});
