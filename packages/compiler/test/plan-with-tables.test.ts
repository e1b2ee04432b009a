/** One run of the front end gives what two gave: the plan and the tables. */
import { memoryTables, tryPlan, tryPlanWithTables } from '@tessera-dnn/compiler/planning';
import { expect, it } from 'vitest';

const text = `model net[n = 4](x: f32[n, 16]) -> f32[n, 8] { x |> dense(16) |> relu |> dense(8) }
train fit[n = 8](x: f32[n, 16], y: f32[n, 8]) { minimize mse(net(x), y) using sgd(rate: 0.1) }
`;

it.each(['none', 'auto', undefined] as const)('is the plan with its tables, computing again %s', recompute => {
  const source = { name: 'net.dnn', text };
  const { tables, placed } = tryPlanWithTables(source, { recompute }, 'without-hints');
  expect(memoryTables(source, { recompute })).toMatchObject({ ok: true, value: tables });
  expect(placed?.report).toEqual(tryPlan(source, { recompute }, 'without-hints').placed?.report);
});

it('has neither for a text that cannot be compiled', () => {
  const { tables, placed, outcome } = tryPlanWithTables({ name: 'net.dnn', text: 'model' }, {}, 'without-hints');
  expect([tables, placed, outcome.ok]).toEqual([undefined, undefined, false]);
});
