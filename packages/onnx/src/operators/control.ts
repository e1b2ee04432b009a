/** Graphs within a node: `If` whose condition is known or whose branches are alike, and loops whose steps are known. */

import { numbersOf } from '../draft/numbers.ts';
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { axisOf, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { part } from './slice.ts';

export const control: readonly Operator[] = [
  { name: 'If', since: { 1: branch } },
  { name: 'Loop', since: { 1: loop } },
  { name: 'Scan', since: { 9: scan } },
];

function branch(node: Node): readonly Value[] {
  const condition = node.operand(0);
  const [yes, no] = [node.graph('then_branch'), node.graph('else_branch')];
  const known = numbersOf(condition);
  if (known !== undefined) return node.around.graph(known[0] === 0 ? no : yes, []);
  const [a, b] = [yes, no].map(graph => node.around.graph(graph, []));
  const single = node.call('reshape', [condition], { shape: [] });
  return a.map((value, at) => {
    const other = b[at];
    if (other?.type.element !== value.type.element || other.type.shape.join() !== value.type.shape.join())
      refuse('its branches give tensors of different types');
    return node.call('where', [single, value, other]);
  });
}

/** More steps would make a program that nobody can read, nor compile. */
const mostSteps = 1024;

function loop(node: Node): readonly Value[] {
  const limit = node.optional(0) && numbersOf(node.operand(0))?.[0];
  if (node.optional(0) !== undefined && limit === undefined)
    refuse('how often it runs is computed only when the model runs', 'make it a constant: --const input=value');
  const first = node.optional(1);
  const body = node.graph('body');
  let condition = first ?? node.constant('bool', [], 1);
  const carried = upTo(node.count)
    .slice(2)
    .map(at => node.operand(at));
  let state: readonly Value[] = carried;
  const collected: Value[][] = [];
  for (let step = 0; limit === undefined || step < limit; step++) {
    const goes = numbersOf(condition);
    if (goes === undefined) refuse('whether it goes on is computed only when the model runs');
    if (goes[0] === 0) break;
    if (step >= mostSteps) refuse(`it has more than ${mostSteps} steps`);
    const [next, ...results] = node.around.graph(body, [node.constant('i32', [], step), condition, ...state]);
    condition = next ?? refuse('its body has no results');
    state = results.slice(0, carried.length);
    for (const [at, value] of results.slice(carried.length).entries()) {
      collected[at] ??= [];
      collected[at].push(value);
    }
  }
  const count = body.outputs.length - 1 - carried.length;
  return [
    ...state,
    ...upTo(count).map(at =>
      collected[at] === undefined ? refuse('it runs no step') : node.call('stack', collected[at]),
    ),
  ];
}

function scan(node: Node): readonly Value[] {
  const body = node.graph('body');
  const inputs = node.int('num_scan_inputs', 0);
  const operands = node.operands();
  const carried = operands.length - inputs;
  const scanned = operands.slice(carried);
  const axes = node.ints('scan_input_axes') ?? scanned.map(() => 0);
  const ways = node.ints('scan_input_directions') ?? scanned.map(() => 0);
  const outputs = body.outputs.length - carried;
  const outAxes = node.ints('scan_output_axes') ?? upTo(outputs).map(() => 0);
  const outWays = node.ints('scan_output_directions') ?? upTo(outputs).map(() => 0);
  if (scanned.length === 0) refuse('it scans nothing');
  const places = scanned.map(({ type }, at) => axisOf(axes[at], type.shape.length));
  const steps = scanned[0].type.shape[places[0]];
  if (steps > mostSteps) refuse(`it has more than ${mostSteps} steps`);
  let state: readonly Value[] = operands.slice(0, carried);
  const collected = upTo(outputs).map((): Value[] => []);
  for (const step of upTo(steps)) {
    const parts = scanned.map((value, at) => {
      const one = part(node, value, places[at], ways[at] === 1 ? steps - 1 - step : step, 1);
      return node.call('reshape', [one], { shape: value.type.shape.filter((_, axis) => axis !== places[at]) });
    });
    const results = node.around.graph(body, [...state, ...parts]);
    state = results.slice(0, carried);
    for (const [at, value] of results.slice(carried).entries()) collected[at].push(value);
  }
  return [
    ...state,
    ...collected.map((list, at) =>
      node.call('stack', outWays[at] === 1 ? list.toReversed() : list, {
        axis: axisOf(outAxes[at], list[0].type.shape.length + 1),
      }),
    ),
  ];
}
