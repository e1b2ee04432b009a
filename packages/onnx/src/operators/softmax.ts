/** `Softmax`, `LogSoftmax`, `Hardmax`. Before version 13 they were over all axes from one on; since, over one axis. */
import type { Value } from '../draft/value.ts';
import { axisOf, product, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Lower, Operator } from '../lower/operator.ts';

type Formula = (node: Node, x: Value, axis: number) => Value;

export const softmaxes: readonly Operator[] = [
  overAxis('Softmax', softmax),
  overAxis('LogSoftmax', logSoftmax),
  overAxis('Hardmax', hardmax),
];

function overAxis(name: string, formula: Formula): Operator {
  const flattened: Lower = node => {
    const x = node.operand(0);
    const { shape } = x.type;
    const axis = axisOf(node.int('axis', 1), shape.length);
    if (axis === shape.length - 1) return formula(node, x, axis);
    const flat = node.call('reshape', [x], { shape: [product(shape.slice(0, axis)), product(shape.slice(axis))] });
    return node.call('reshape', [formula(node, flat, 1)], { shape });
  };
  const since13: Lower = node => {
    const x = node.operand(0);
    return formula(node, x, axisOf(node.int('axis', -1), x.type.shape.length));
  };
  return { name, since: { 1: flattened, 13: since13 } };
}

/** exp(x) / Σ exp(x), computed from the differences to the greatest. */
export function softmax(node: Node, x: Value, axis: number): Value {
  return node.block('softmax', [x], axisArgs(x, axis), () => {
    const wide = floating(node, x);
    const e = node.call('exp', [node.call('sub', [wide, node.call('max', [wide], { axis, keep: true })])]);
    return back(node, node.call('div', [e, node.call('sum', [e], { axis, keep: true })]), x);
  });
}

/** The logarithm of {@link softmax}, with all its digits near 0 too. */
export function logSoftmax(node: Node, x: Value, axis: number): Value {
  return node.block('log_softmax', [x], axisArgs(x, axis), () => {
    const wide = floating(node, x);
    const shifted = node.call('sub', [wide, node.call('max', [wide], { axis, keep: true })]);
    const largest = node.call('eq', [shifted, 0]);
    const one = node.call('where', [largest, node.constant('f32', [], 1), node.constant('f32', [], 0)]);
    const ties = node.call('sub', [node.call('sum', [one], { axis, keep: true }), 1]);
    const others = node.call('sum', [node.call('where', [largest, shifted, node.call('exp', [shifted])])], {
      axis,
      keep: true,
    });
    return back(node, node.call('sub', [shifted, node.call('log1p', [node.call('add', [ties, others])])]), x);
  });
}

function axisArgs(x: Value, axis: number) {
  return axis === x.type.shape.length - 1 ? {} : { axis };
}

/** A float as f32, which the blocks of the prelude compute in. */
export function floating(node: Node, x: Value): Value {
  return x.type.element === 'f32' ? x : node.call('cast', [x], { element: 'f32' });
}

/** A result in the element type of `like`. */
export function back(node: Node, x: Value, like: Value): Value {
  return x.type.element === like.type.element ? x : node.call('cast', [x], { element: like.type.element });
}

/** 1 at the first of the greatest, else 0. */
function hardmax(node: Node, x: Value, axis: number): Value {
  const { shape, element } = x.type;
  const first = node.call('argmax', [x], { axis, keep: true });
  const place = node.constant(
    'i32',
    upTo(shape.length).map(at => (at === axis ? shape[axis] : 1)),
    upTo(shape[axis]),
  );
  return node.call('where', [
    node.call('eq', [place, first]),
    node.constant(element, [], 1),
    node.constant(element, [], 0),
  ]);
}
