/** The op `pad`: a tensor with a border of one value around it. */
import { integerRange, isFloat, isInteger, showType } from '@tessera-dnn/graph';
import { hull, isProblem } from '@tessera-dnn/graph/op';
import { readNumber } from '../define/arguments.ts';
import { part } from '../define/gradient.ts';
import { badAttribute, wrongCount } from '../define/problem.ts';
import { readPadding } from '../define/spatial.ts';
import { fill, place } from './affine.ts';
import { anyElement, movement } from './movement.ts';

type PadAttributes = {
  /** For each axis, how many elements are added before and after. */
  readonly padding: readonly (readonly [number, number])[];
  readonly value: number;
};

export const pad = movement<PadAttributes>({
  name: 'pad',
  doc: {
    summary: 'a border of one value around a tensor',
    example: 'model example(x: f32[2, 3]) -> f32[2, 6] {\n  pad(x, [[0, 0], [1, 2]], value: 0.5)\n}\n',
  },
  parameters: [
    { name: 'x', kind: 'tensor' },
    { name: 'padding', kind: 'list' },
    { name: 'value', kind: 'number', default: 0 },
  ],
  attributes: (args, [x]) => {
    if (args['padding'] === undefined) return badAttribute('padding', 'pad needs the padding of every axis');
    const padding = readPadding('pad', args, x.shape.length);
    if (isProblem(padding)) return padding;
    const value = readNumber('pad', 'value', args['value'] ?? 0);
    if (typeof value !== 'number') return value;
    if (isFloat(x.element)) return { padding, value };
    const [least, most] = isInteger(x.element) ? integerRange(x.element) : [0, 1];
    if (Number.isInteger(value) && value >= least && value <= most) return { padding, value };
    const help = `give a whole number from ${least} to ${most}`;
    return badAttribute('value', `pad cannot put ${value} into ${showType(x)}`, help);
  },
  infer: (operands, { padding }) => {
    if (operands.length !== 1) return wrongCount('pad', 'one tensor', operands.length);
    const [x] = operands;
    return { element: x.element, shape: x.shape.map((extent, axis) => padding[axis][0] + extent + padding[axis][1]) };
  },
  source: (index, { operands: [x], attributes: { padding, value } }) => {
    const from = index.map((at, axis) => at - padding[axis][0]);
    const inside = from.every((at, axis) => at >= 0 && at < x.shape[axis]);
    return inside ? { operand: 0, index: from } : { value };
  },
  // The border of an axis takes the whole extent of later axes, but of earlier axes only the inside, so that no corner is written twice.
  moves: ({ operands: [x], attributes: { padding, value }, result }) => {
    const low = padding.map(([before]) => before);
    const borders = padding.flatMap(([before, after], axis) => {
      const start = result.shape.map((_, other) => (other < axis ? low[other] : 0));
      const count = result.shape.map((extent, other) => (other < axis ? x.shape[other] : extent));
      const slab = (from: number, n: number) =>
        fill(
          value,
          start.map((s, other) => (other === axis ? from : s)),
          count.map((c, other) => (other === axis ? n : c)),
        );
      return [...(before > 0 ? [slab(0, before)] : []), ...(after > 0 ? [slab(before + x.shape[axis], after)] : [])];
    });
    return [place(0, x.shape, low), ...borders];
  },
  bounds: ([x], { value }) => hull(x, [value, value]),
  gradient: ({ build, operands: [x], upstream, attributes: { padding } }) => [
    part(
      build,
      upstream,
      padding.map(([before]) => before),
      build.type(x).shape,
    ),
  ],
  samples: pick => {
    const shape = pick.shape(0, 3);
    const padding = shape.map(() => [pick.int(0, 2), pick.int(0, 3)] as const);
    const element = anyElement(pick);
    return { operands: [{ element, shape }], args: { padding, value: pick.int(0, element === 'bool' ? 1 : 100) } };
  },
});
