/** Reductions over axes. The axes were an attribute once, and are an operand since version 13 (`ReduceSum`) or 18. */
import type { Value } from '../draft/value.ts';
import { axesOf, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';

interface Over {
  readonly axis: readonly number[];
  readonly keep: boolean;
}

type Formula = (node: Node, x: Value, over: Over) => Value;

function reduction(name: string, formula: Formula, asOperand = 18): Operator {
  return {
    name,
    since: {
      1: node => reduced(node, node.ints('axes'), formula),
      [asOperand]: node => reduced(node, node.optionalNumbers(1), formula),
    },
  };
}

const total: Formula = (node, x, over) => sum(node, x, over);

export const reductions: readonly Operator[] = [
  reduction('ReduceSum', total, 13),
  reduction('ReduceMean', (node, x, over) => reduce(node, 'mean', x, over)),
  reduction('ReduceMax', (node, x, over) => reduce(node, 'max', x, over)),
  reduction('ReduceMin', (node, x, over) => reduce(node, 'min', x, over)),
  reduction('ReduceProd', (node, x, over) => reduce(node, 'prod', x, over)),
  reduction('ReduceL1', (node, x, over) => sum(node, node.call('abs', [x]), over)),
  reduction('ReduceL2', (node, x, over) => node.call('sqrt', [sum(node, node.call('mul', [x, x]), over)])),
  reduction('ReduceSumSquare', (node, x, over) => sum(node, node.call('mul', [x, x]), over)),
  reduction('ReduceLogSum', (node, x, over) => node.call('log', [sum(node, x, over)])),
  reduction('ReduceLogSumExp', logSumExp),
];

function reduced(node: Node, axes: readonly number[] | undefined, formula: Formula): Value {
  const x = node.operand(0);
  const keep = node.flag('keepdims', true);
  const none = axes === undefined || axes.length === 0;
  if (node.flag('noop_with_empty_axes', false) && none) return x;
  const rank = x.type.shape.length;
  const axis = none ? upTo(rank) : axesOf(axes, rank);
  return formula(node, x, { axis, keep });
}

/** A reduction; without axes it is its operand. */
export function reduce(node: Node, op: string, x: Value, { axis, keep }: Over): Value {
  if (axis.length === 0) return x;
  const isAll = axis.length === x.type.shape.length && !keep;
  return node.call(op, [x], { ...(!isAll && { axis: axis.length === 1 ? axis[0] : axis }), ...(keep && { keep }) });
}

function sum(node: Node, x: Value, over: Over): Value {
  return reduce(node, 'sum', x, over);
}

/** The greatest is taken out first, so that no exponential overflows. */
function logSumExp(node: Node, x: Value, over: Over): Value {
  const top = reduce(node, 'max', x, { ...over, keep: true });
  const rest = node.call('log', [sum(node, node.call('exp', [node.call('sub', [x, top])]), over)]);
  return node.call('add', [rest, over.keep ? top : node.call('reshape', [top], { shape: rest.type.shape })]);
}
