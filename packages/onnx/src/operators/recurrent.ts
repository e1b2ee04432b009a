/**
 * `RNN`, `GRU` and `LSTM`, step by step. Weights of all gates lie behind each other: z, r, h in a GRU, i, o, f, c in an LSTM; there is a bias for the input
 * and one for the state.
 */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { transposed } from './movement.ts';
import { type Activate, activationsOf } from './recurrent-activations.ts';
import { part } from './slice.ts';

export const recurrent: readonly Operator[] = [
  { name: 'RNN', since: { 1: node => unrolled(node, { gates: 1, activations: ['Tanh'], cell: simpleCell }) } },
  { name: 'GRU', since: { 1: node => unrolled(node, { gates: 3, activations: ['Sigmoid', 'Tanh'], cell: gruCell }) } },
  {
    name: 'LSTM',
    since: { 1: node => unrolled(node, { gates: 4, activations: ['Sigmoid', 'Tanh', 'Tanh'], cell: lstmCell }) },
  },
];

/** What a cell has of one direction. */
interface Weights {
  readonly units: number;
  /** [gates · units, units]. */
  readonly recurrence: Value;
  /** The bias of the state's part, [gates · units], if it is not added to the input's. */
  readonly stateBias: Value | undefined;
  readonly peepholes: readonly Value[] | undefined;
  readonly activations: readonly Activate[];
  readonly resetsLast: boolean;
}

interface State {
  readonly hidden: Value;
  readonly cell: Value | undefined;
}

/** The state after a step; `input` [n, gates · units] has the input's part of all gates, with its bias. */
type Cell = (node: Node, input: Value, state: State, weights: Weights) => State;

interface Kind {
  readonly gates: number;
  readonly activations: readonly string[];
  readonly cell: Cell;
}

function unrolled(node: Node, kind: Kind): readonly Value[] {
  const direction = node.text('direction', 'forward');
  const ways = direction === 'bidirectional' ? [false, true] : [direction === 'reverse'];
  const batchFirst = node.int('layout', 0) === 1;
  const x = batchFirst ? transposed(node, node.operand(0), [1, 0, 2]) : node.operand(0);
  if (node.flag('input_forget', false)) refuse('its input and forget gates are coupled');
  if (node.has('clip')) refuse('it clips its gates');
  node.ignore('output_sequence');
  const names = activationsOf(node, kind.activations, ways.length);
  const results = ways.map((reverse, at) =>
    oneWay(node, x, {
      kind,
      at,
      reverse,
      activations: names.slice(at * kind.activations.length, (at + 1) * kind.activations.length),
      batchFirst,
    }),
  );
  const joined = (values: readonly Value[], axis: number) => node.call('stack', values, { axis });
  const steps = joined(
    results.map(one => one.all),
    1,
  );
  const [hidden, cell] = [
    joined(
      results.map(one => one.last.hidden),
      0,
    ),
    results.every(one => one.last.cell !== undefined)
      ? joined(
          results.map(one => one.last.cell!),
          0,
        )
      : undefined,
  ];
  if (!batchFirst) return cell === undefined ? [steps, hidden] : [steps, hidden, cell];
  const [y, h] = [transposed(node, steps, [2, 0, 1, 3]), transposed(node, hidden, [1, 0, 2])];
  return cell === undefined ? [y, h] : [y, h, transposed(node, cell, [1, 0, 2])];
}

interface Way {
  readonly kind: Kind;
  readonly at: number;
  readonly reverse: boolean;
  readonly activations: readonly Activate[];
  readonly batchFirst: boolean;
}

function oneWay(
  node: Node,
  x: Value,
  { kind, at, reverse, activations, batchFirst }: Way,
): { readonly all: Value; readonly last: State } {
  const [steps, batch, inputs] = x.type.shape;
  const own = (value: Value) =>
    node.call('reshape', [part(node, value, 0, at, 1)], { shape: value.type.shape.slice(1) });
  const [w, r] = [own(node.operand(1)), own(node.operand(2))];
  const units = r.type.shape[1];
  if (node.has('hidden_size') && node.int('hidden_size', units) !== units)
    refuse('its hidden_size is not that of its weights');
  const size = kind.gates * units;
  const both = node.optional(3);
  const bias = both && own(both);
  const resetsLast = kind.gates === 3 && node.flag('linear_before_reset', false);
  const [inputBias, stateBias] =
    bias === undefined ? [undefined, undefined] : [part(node, bias, 0, 0, size), part(node, bias, 0, size, size)];
  const sum = inputBias && stateBias && !resetsLast ? node.call('add', [inputBias, stateBias]) : inputBias;
  const flat = node.call('matmul', [node.call('reshape', [x], { shape: [steps * batch, inputs] }), w], {
    transpose_b: true,
  });
  const projected = node.call('reshape', [sum === undefined ? flat : node.call('add', [flat, sum])], {
    shape: [steps, batch, size],
  });
  const start = (which: number): Value => {
    const given = node.optional(which);
    if (given === undefined) return node.constant(x.type.element, [batch, units], 0);
    const first = batchFirst ? transposed(node, given, [1, 0, 2]) : given;
    return own(first);
  };
  const peeps = kind.gates === 4 ? node.optional(7) : undefined;
  const peepholes = peeps && upTo(3).map(gate => part(node, own(peeps), 0, gate * units, units));
  const weights: Weights = {
    units,
    recurrence: r,
    stateBias: resetsLast ? stateBias : undefined,
    peepholes,
    activations,
    resetsLast,
  };
  const lengths = node.optional(4);
  let state: State = { hidden: start(5), cell: kind.gates === 4 ? start(6) : undefined };
  const outputs: Value[] = [];
  for (const step of reverse ? upTo(steps).toReversed() : upTo(steps)) {
    const input = node.call('reshape', [part(node, projected, 0, step, 1)], { shape: [batch, size] });
    const next = kind.cell(node, input, state, weights);
    const isIn = lengths && node.call('reshape', [node.call('gt', [lengths, step])], { shape: [batch, 1] });
    const kept = (fresh: Value, old: Value) => (isIn === undefined ? fresh : node.call('where', [isIn, fresh, old]));
    outputs[step] = isIn === undefined ? next.hidden : node.call('where', [isIn, next.hidden, 0]);
    state = { hidden: kept(next.hidden, state.hidden), cell: next.cell && state.cell && kept(next.cell, state.cell) };
  }
  return { all: node.call('stack', outputs, { axis: 0 }), last: state };
}

function gate(node: Node, all: Value, at: number, units: number): Value {
  return part(node, all, 1, at * units, units);
}

function fromState(node: Node, hidden: Value, recurrence: Value): Value {
  return node.call('matmul', [hidden, recurrence], { transpose_b: true });
}

function simpleCell(node: Node, input: Value, { hidden }: State, { recurrence, activations: [f] }: Weights): State {
  return { hidden: f(node, node.call('add', [input, fromState(node, hidden, recurrence)])), cell: undefined };
}

function lstmCell(
  node: Node,
  input: Value,
  { hidden, cell }: State,
  { units, recurrence, peepholes, activations: [f, g, h] }: Weights,
): State {
  const gates = node.call('add', [input, fromState(node, hidden, recurrence)]);
  const [i, o, forget, c] = upTo(4).map(at => gate(node, gates, at, units));
  const seen = (value: Value, state: Value, which: number) =>
    peepholes === undefined ? value : node.call('add', [value, node.call('mul', [peepholes[which], state])]);
  const old = cell ?? refuse('it has no cell');
  const kept = node.call('mul', [f(node, seen(forget, old, 2)), old]);
  const fresh = node.call('mul', [f(node, seen(i, old, 0)), g(node, c)]);
  const next = node.call('add', [kept, fresh]);
  return { hidden: node.call('mul', [f(node, seen(o, next, 1)), h(node, next)]), cell: next };
}

function gruCell(
  node: Node,
  input: Value,
  { hidden }: State,
  { units, recurrence, stateBias, activations: [f, g], resetsLast }: Weights,
): State {
  const [z, r, h] = upTo(3).map(at => gate(node, input, at, units));
  const own = (at: number, count: number) => part(node, recurrence, 0, at * units, count * units);
  const opening = fromState(node, hidden, own(0, 2));
  const biased = (value: Value, at: number, count: number) =>
    stateBias === undefined ? value : node.call('add', [value, part(node, stateBias, 0, at * units, count * units)]);
  const both = biased(opening, 0, 2);
  const update = f(node, node.call('add', [z, gate(node, both, 0, units)]));
  const reset = f(node, node.call('add', [r, gate(node, both, 1, units)]));
  const inner = resetsLast
    ? node.call('mul', [reset, biased(fromState(node, hidden, own(2, 1)), 2, 1)])
    : fromState(node, node.call('mul', [reset, hidden]), own(2, 1));
  const fresh = g(node, node.call('add', [h, inner]));
  const next = node.call('add', [
    node.call('mul', [node.call('sub', [1, update]), fresh]),
    node.call('mul', [update, hidden]),
  ]);
  return { hidden: next, cell: undefined };
}
