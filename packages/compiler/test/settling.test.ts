/** A weight that is trained lies as all that read and write it can use it: at batch 1 a copy costs as much as a product. */
import { hostChip } from '@tessera-dnn/machine';
import { expect, test } from 'vitest';
import { plan } from '../src/index.ts';

const text = `model net[n = 1](x: f32[n, 96]) -> f32[n, 10] {
  return x |> dense(64) as hidden |> relu |> dense(10) as logits
}
train fit[n = 1](x: f32[n, 96], label: i32[n]) {
  let loss = cross_entropy(net(x), label)
  minimize loss using sgd(rate: 0.1)
  return { loss }
}`;

test('no weight is copied between the forward pass, the backward pass and the update', () => {
  const planned = plan({ name: 'net.dnn', text }, { chip: hostChip, programs: ['fit'] });
  if (!planned.ok) throw new Error(planned.diagnostics.map(({ message }) => message).join('\n'));
  const { phases, buffers } = planned.value.tiles;
  const copied = phases.flatMap(phase => {
    if (phase.kind === 'compute' || phase.name.endsWith('update')) return [];
    return [...phase.copies].map(({ from: buffer }) => (buffer < 0 ? 'a number' : buffers[buffer].name));
  });
  expect(copied).not.toContain('hidden.weight');
  expect(copied).not.toContain('logits.weight');
});
