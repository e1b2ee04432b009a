/**
 * Law: rewriting for fast math changes no number beyond its rounding. Random expressions over special numbers, huge ones and tiny ones,
 * simplified with all rules, have the values they had: finite where they were finite, NaN where they were NaN. What fast math once rewrote
 * and must not is tried by name, and every elementwise op with itself and with small numbers.
 */
import type { Graph, GraphBuilder, ValueId } from '@tessera-dnn/graph';
import { createGraphBuilder, elementCount, interpret } from '@tessera-dnn/graph';
import { createPick, ops, type Pick } from '@tessera-dnn/ops';
import { simplify } from '@tessera-dnn/passes';
import { describe, expect, it } from 'vitest';

type Build = (b: GraphBuilder, x: ValueId, y: ValueId) => ValueId;

const shape = [4, 6];
const type = { element: 'f32', shape } as const;
const number = (b: GraphBuilder, value: number): ValueId =>
  b.constant({ element: 'f32', shape: [] }, Math.fround(value));
const sum = (b: GraphBuilder, x: ValueId): ValueId => b.op('sum', [x], { axes: [1], keep: true });
const mean = (b: GraphBuilder, x: ValueId): ValueId => b.op('mean', [x], { axes: [1], keep: true });

const named: Readonly<Record<string, Build>> = {
  'floor of a quotient': (b, x) => b.op('floor', [b.op('div', [x, number(b, 41)])]),
  'a sum of small parts': (b, x) => sum(b, b.op('div', [x, number(b, 4)])),
  'a sum of what is scaled': (b, x) => sum(b, b.op('mul', [x, number(b, 2 ** -24)])),
  'a sum of what is scaled by rows': (b, x, y) => sum(b, b.op('mul', [x, b.op('max', [y], { axes: [1], keep: true })])),
  'a sum of what was centred': (b, x) => sum(b, b.op('sub', [x, mean(b, x)])),
  'a sum beside what was centred': (b, x, y) => sum(b, b.op('add', [y, b.op('sub', [x, mean(b, x)])])),
  'nothing times': (b, x) => b.op('mul', [x, number(b, 0)]),
  'less itself': (b, x) => b.op('sub', [x, x]),
  'by itself': (b, x) => b.op('div', [x, x]),
  'itself again': (b, x) => b.op('eq', [x, x]),
  'the square of the root': (b, x) => b.op('pow', [b.op('sqrt', [x]), number(b, 2)]),
  'the root of the square': (b, x) => b.op('sqrt', [b.op('pow', [x, number(b, 2)])]),
  'the logarithm of the exponential': (b, x) => b.op('log', [b.op('exp', [x])]),
  'times, then by': (b, x) => b.op('div', [b.op('mul', [x, number(b, 1e30)]), number(b, 1e30)]),
  'by, then times': (b, x) => b.op('mul', [b.op('div', [x, number(b, 3)]), number(b, 3)]),
  'a difference taken back': (b, x, y) => b.op('add', [b.op('sub', [x, y]), y]),
  'relu by where': (b, x) => b.op('where', [b.op('gt', [x, number(b, 0)]), x, number(b, 0)]),
  'clamped by where': (b, x, y) => b.op('where', [b.op('lt', [x, y]), x, y]),
  'not less': (b, x, y) => b.op('cast', [b.op('not', [b.op('lt', [x, y])])], { element: 'f32' }),
};

describe('what was rewritten once, or might be', () => {
  it.each(Object.entries(named))('%s', (_name, build) => holdsFor(build, 30));
});

it('random expressions', () => {
  for (let seed = 1; seed <= 400; seed++) holdsFor((b, x, y) => expression(b, createPick(seed), [x, y], 4), 2, seed);
});

const unary = ['neg', 'abs', 'relu', 'floor', 'sign', 'exp', 'log', 'sqrt', 'tanh', 'sigmoid', 'stop_gradient'];
const binary = ['add', 'sub', 'mul', 'maximum', 'minimum'];
const constants = [0, 1, -1, 2, 0.5, 3, 41, 1 / 3, 1e30, 1e-30];

/** No division by what may be a zero of either sign: which one it is, fast math does not promise. */
function expression(b: GraphBuilder, pick: Pick, leaves: readonly ValueId[], depth: number): ValueId {
  const inner = (): ValueId => expression(b, pick, leaves, depth - 1);
  if (depth === 0) return pick.chance(0.3) ? number(b, pick.one(constants)) : pick.one(leaves);
  const kind = pick.int(0, 9);
  if (kind < 3) return b.op(pick.one(unary), [inner()]);
  if (kind < 6) return b.op(pick.one(binary), [inner(), inner()]);
  if (kind === 6) return b.op('div', [inner(), number(b, pick.one(constants.slice(1)))]);
  if (kind === 7) return b.op('where', [b.op(pick.one(['lt', 'le', 'eq']), [inner(), inner()]), inner(), inner()]);
  const operand = b.op('add', [inner(), b.constant(type, -0)]);
  return kind === 8 ? sum(b, operand) : mean(b, operand);
}

function holdsFor(build: Build, draws: number, seed = 1): void {
  const b = createGraphBuilder(ops);
  const [x, y] = ['x', 'y'].map(name => b.input(name, type));
  b.output('result', build(b, x, y));
  const graph = b.finish();
  const program = { name: 'm', kind: 'model', graph, origin: {} } as const;
  const fast = simplify.run({ variables: [], programs: [program] }, { table: ops, strict: false }).programs[0].graph;
  for (let draw = 0; draw < draws; draw++) {
    const inputs = special(1000 * seed + draw);
    const [wanted, got] = [graph, fast].map((each: Graph) => interpret(each, ops, inputs, []).outputs['result'].data);
    wanted.forEach((value, i) => {
      const same = Object.is(got[i] + 0, value + 0);
      expect(same, `seed ${seed}, draw ${draw}, element ${i}: ${got[i]}, not ${value}`).toBe(true);
    });
  }
}

/** Rows of one sort: ordinary, with missing ones, huge, tiny, multiples of 41. */
function special(seed: number): Readonly<Record<string, Float64Array>> {
  const pick = createPick(seed);
  const sorts: readonly (() => number)[] = [
    () => 8 * pick.real() - 4,
    () => pick.one([NaN, Infinity, -Infinity, 0, -0, 1e-40, 3e38, -1, 1, 2.5]),
    () => 3e38 * (2 * pick.real() - 1),
    () => 2e38,
    () => 1e-38 * (2 * pick.real() - 1),
    () => 41 * pick.int(-100, 100),
  ];
  const data = (): Float64Array => {
    const rows = Array.from({ length: shape[0] }, () => pick.one(sorts));
    return Float64Array.from({ length: elementCount(shape) }, (_, i) => Math.fround(rows[Math.floor(i / shape[1])]()));
  };
  return { x: data(), y: data() };
}
