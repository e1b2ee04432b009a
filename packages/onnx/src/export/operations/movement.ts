/** Operations that only arrange elements. */
import { type Export, list, number, pads, reshaped } from '../operator.ts';

/** A number in front of every axis: where a slice with a negative step ends that takes the first element too. */
const beforeAll = -(2 ** 31);

export const movements: { readonly [op: string]: Export } = {
  reshape: given => reshaped(given, given.inputs[0], given.node.type.shape),
  transpose: given => given.emit('Transpose', given.inputs, { perm: list(given, 'axes') }),
  broadcast_to: given => given.emit('Expand', [given.inputs[0], given.integers(given.node.type.shape)]),
  concat: given => given.emit('Concat', given.inputs, { axis: given.node.attributes['axis'] as number }),
  stack: given => {
    const axis = given.node.attributes['axis'] as number;
    const one = given.node.type.shape.toSpliced(axis, 1, 1);
    return given.emit(
      'Concat',
      given.inputs.map(input => reshaped(given, input, one)),
      { axis },
    );
  },
  pad: given => {
    const value = number(given, given.node.attributes['value'] as number);
    return given.emit('Pad', [given.inputs[0], given.integers(pads(given)), value]);
  },
  slice: given => {
    const [start, count, step] = ['start', 'count', 'step'].map(name => list(given, name));
    const ends = start.map((first, axis) => {
      const end = first + count[axis] * step[axis];
      return end < 0 ? beforeAll : end;
    });
    const lists = [start, ends, start.map((_, axis) => axis), step].map(values => given.integers(values));
    return given.emit('Slice', [given.inputs[0], ...lists]);
  },
};
