/** Operations at places that are known only when a model runs. */
import type { TensorType } from '@tessera-dnn/graph';
import { cast, type Export, type Exporting, elementCodes, number, reshaped } from '../operator.ts';

export const indexing: { readonly [op: string]: Export } = {
  iota: ({ node: { type, attributes }, constant }) => {
    const axis = attributes['axis'] as number;
    const stride = sizeOf(type.shape.slice(axis + 1));
    const values = Float64Array.from(
      { length: sizeOf(type.shape) },
      (_, i) => Math.floor(i / stride) % type.shape[axis],
    );
    return constant(type, values);
  },
  gather: given => {
    const axis = given.node.attributes['axis'] as number;
    const places = within(given, given.inputs[1], 0, given.operands[0].type.shape[axis] - 1);
    return given.emit('Gather', [given.inputs[0], places], { axis });
  },
  scatter_add: scatterAdd,
  update,
};

/** Places moved into a range, where they may lie outside of it. */
function within(given: Exporting, places: string, least: number, most: number): string {
  const { emit, operands } = given;
  const { data } = operands[1];
  const known = typeof data === 'number' ? [data] : data;
  if (known?.every(place => place >= least && place <= most)) return places;
  return emit('Max', [emit('Min', [places, number(given, most, 'i32')]), number(given, least, 'i32')]);
}

/** What is to be ignored goes to a row behind all others, which is cut off. */
function scatterAdd(given: Exporting): string {
  const { node, operands, inputs, emit, constant, integers } = given;
  const { axis, extent } = node.attributes as { readonly axis: number; readonly extent: number };
  const [values, indices] = operands.map(({ type }) => type);
  const places = sizeOf(indices.shape);
  const behind = values.shape.slice(axis + indices.shape.length);
  const flat = [...values.shape.slice(0, axis), places, ...behind];
  const outside = emit('Or', [
    emit('Less', [inputs[1], number(given, 0, 'i32')]),
    emit('Greater', [inputs[1], number(given, extent - 1, 'i32')]),
  ]);
  const inside = emit('Where', [outside, number(given, extent, 'i32'), inputs[1]]);
  const spread = reshaped(given, inside, [...flat.slice(0, axis).map(() => 1), places, ...behind.map(() => 1)]);
  const everywhere = emit('Expand', [emit('Cast', [spread], { to: elementCodes.i64 }), integers(flat)]);
  const type: TensorType = { element: node.type.element, shape: flat.toSpliced(axis, 1, extent + 1) };
  const zeros = constant(type, new Float64Array(sizeOf(type.shape)));
  const terms = reshaped(given, cast(given, inputs[0], values.element, type.element), flat);
  const sums = emit('ScatterElements', [zeros, everywhere, terms], { axis, reduction: 'add' });
  return emit('Slice', [sums, ...[[0], [extent], [axis]].map(values => integers(values))]);
}

/** The block's elements have places of their own in the row-major order of the whole: some fixed ones, moved by the starts. */
function update(given: Exporting): string {
  const { operands, inputs, emit, integers, constant } = given;
  const [x, value] = operands.map(({ type }) => type);
  const strides = x.shape.map((_, axis) => sizeOf(x.shape.slice(axis + 1)));
  let first: string | undefined;
  for (const [axis, start] of inputs.slice(2).entries()) {
    const most = x.shape[axis] - value.shape[axis];
    const inside = emit('Max', [emit('Min', [start, number(given, most, 'i32')]), number(given, 0, 'i32')]);
    const moved = emit('Mul', [inside, constant({ element: 'i32', shape: [] }, [strides[axis]])]);
    first = first === undefined ? moved : emit('Add', [first, moved]);
  }
  const own = Array.from({ length: sizeOf(value.shape) }, (_, i) => placeOf(i, value.shape, strides));
  const fixed = integers(own);
  const places = first === undefined ? fixed : emit('Add', [fixed, emit('Cast', [first], { to: elementCodes.i64 })]);
  const flat = [inputs[0], inputs[1]].map(input => reshaped(given, input, [-1]));
  return reshaped(given, emit('ScatterElements', [flat[0], places, flat[1]], { axis: 0 }), x.shape);
}

/** Where element `i` of a block lies, by the strides of the whole. */
function placeOf(i: number, shape: readonly number[], strides: readonly number[]): number {
  let [place, rest] = [0, i];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place += (rest % shape[axis]) * strides[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return place;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
