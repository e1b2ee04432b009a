/** Calls that are wrong: the problem says which operand or argument, and shows both sides. */
import type { TensorType } from '@tessera-dnn/graph';
import type { Arguments, Problem } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { describe, expect, it } from 'vitest';
import { ops } from '../../src/index.ts';

interface Mistake {
  readonly op: string;
  readonly operands: readonly string[];
  readonly args?: Arguments;
  readonly code: string;
  readonly message: string;
  /** The operands that are marked. */
  readonly marks?: readonly number[];
  readonly attribute?: string;
}

// biome-ignore format: a row a line
const mistakes: readonly Mistake[] = [
  { op: 'add', operands: ['f32 2 3', 'f32 4'], code: 'shape-mismatch', message: 'add cannot broadcast f32[2, 3] with f32[4]', marks: [0, 1] },
  { op: 'add', operands: ['f32 2', 'i32 2'], code: 'type-mismatch', message: 'add cannot combine f32[2] and i32[2]', marks: [0, 1] },
  { op: 'add', operands: ['bool 2', 'bool 2'], code: 'type-mismatch', message: 'add does not take bool[2]', marks: [0] },
  { op: 'exp', operands: ['i32 2'], code: 'type-mismatch', message: 'exp does not take i32[2]', marks: [0] },
  { op: 'where', operands: ['f32 2', 'f32 2', 'f32 2'], code: 'type-mismatch', message: 'the condition of where must be bool, not f32[2]', marks: [0] },
  { op: 'where', operands: ['bool 2', 'f32 2', 'i32 2'], code: 'type-mismatch', message: 'where cannot combine f32[2] and i32[2]', marks: [1, 2] },
  { op: 'cast', operands: ['f32 2'], args: { element: 'f64' }, code: 'bad-attribute', message: 'cast needs an element type, not f64', attribute: 'element' },
  { op: 'sum', operands: ['f32 2 3'], args: { axis: 2 }, code: 'bad-axis', message: 'sum has no axis 2 in f32[2, 3]', marks: [0], attribute: 'axis' },
  { op: 'sum', operands: ['f32 2 3'], args: { axis: [0, -2] }, code: 'bad-attribute', message: 'sum is given axis -2 of f32[2, 3] twice', attribute: 'axis' },
  { op: 'mean', operands: ['i32 2'], code: 'type-mismatch', message: 'mean does not take i32[2]', marks: [0] },
  { op: 'max', operands: ['bool 2'], code: 'type-mismatch', message: 'max does not take bool[2]', marks: [0] },
  { op: 'argmax', operands: ['f32 2'], code: 'bad-attribute', message: 'axis of argmax is a whole number, not left out', attribute: 'axis' },
  { op: 'reshape', operands: ['f32 2 3'], args: { shape: [4, 2] }, code: 'shape-mismatch', message: 'reshape cannot make f32[4, 2] of f32[2, 3]', marks: [0] },
  { op: 'reshape', operands: ['f32 2 3'], args: { shape: [4, -1] }, code: 'bad-attribute', message: 'reshape cannot cut the 6 elements of f32[2, 3] into pieces of 4', attribute: 'shape' },
  { op: 'reshape', operands: ['f32 2 3'], args: { shape: [0, 6] }, code: 'bad-attribute', message: 'reshape cannot make a dimension of 0', attribute: 'shape' },
  { op: 'transpose', operands: ['f32 2 3'], args: { axes: [1] }, code: 'bad-attribute', message: 'transpose needs each of the 2 axes of f32[2, 3] once, not 1 axes', attribute: 'axes' },
  { op: 'pad', operands: ['i32 2'], args: { padding: 1, value: 0.5 }, code: 'bad-attribute', message: 'pad cannot put 0.5 into i32[2]', attribute: 'value' },
  { op: 'pad', operands: ['u8 2'], args: { padding: 1, value: 256 }, code: 'bad-attribute', message: 'pad cannot put 256 into u8[2]', attribute: 'value' },
  { op: 'concat', operands: ['f32 2 3', 'f32 3 3'], args: { axis: 1 }, code: 'shape-mismatch', message: 'concat cannot join f32[2, 3] and f32[3, 3] along axis 1', marks: [0, 1] },
  { op: 'stack', operands: ['f32 2', 'f32 3'], code: 'shape-mismatch', message: 'stack cannot join f32[2] and f32[3]', marks: [0, 1] },
  { op: 'broadcast_to', operands: ['f32 2'], args: { shape: [2, 3] }, code: 'shape-mismatch', message: 'broadcast_to cannot repeat f32[2] to [2, 3]', marks: [0] },
  { op: 'slice', operands: ['f32 4'], args: { start: [2], count: [3], step: [1] }, code: 'bad-attribute', message: 'slice reads element 4 of axis 0, which has 4, of f32[4]', attribute: 'start' },
  { op: 'gather', operands: ['f32 4', 'f32 2'], code: 'type-mismatch', message: 'the indices of gather must be i32, not f32[2]', marks: [1] },
  { op: 'update', operands: ['f32 4', 'f32 5', 'i32'], code: 'shape-mismatch', message: 'update cannot put f32[5] into f32[4]', marks: [0, 1] },
  { op: 'update', operands: ['f32 4', 'f32 2'], code: 'shape-mismatch', message: 'update needs a start for each of the 1 axes of f32[4], not 0', marks: [0] },
  { op: 'one_hot', operands: ['i32 4'], args: { depth: 0 }, code: 'bad-attribute', message: 'depth of one_hot is at least 1, not 0', attribute: 'depth' },
  { op: 'quantize', operands: ['i32 4', 'f32'], args: { type: 'i8' }, code: 'type-mismatch', message: 'quantize does not take i32[4]', marks: [0] },
  { op: 'quantize', operands: ['f32 4', 'i32'], args: { type: 'i8' }, code: 'type-mismatch', message: 'scale of quantize must be f32, not i32[]', marks: [1] },
  { op: 'quantize', operands: ['f32 4', 'f32', 'u8'], args: { type: 'i8' }, code: 'type-mismatch', message: 'zero of quantize must be i8, not u8[]', marks: [2] },
  { op: 'quantize', operands: ['f32 4', 'f32'], args: { type: 'i32' }, code: 'bad-attribute', message: 'type of quantize is i8 or u8, not i32', attribute: 'type' },
  { op: 'quantize', operands: ['f32 2 3', 'f32 3'], args: { type: 'i8' }, code: 'shape-mismatch', message: 'scale of quantize is f32[3], without an axis of f32[2, 3] along which it lies', marks: [0, 1] },
  { op: 'quantize', operands: ['f32 2 3', 'f32 3'], args: { type: 'i8', axis: 0 }, code: 'shape-mismatch', message: 'scale of quantize is f32[3], but axis 0 of f32[2, 3] has 2', marks: [0, 1] },
  { op: 'quantize', operands: ['f32 2 3', 'f32', 'i8 2 3'], args: { type: 'i8', axis: 0 }, code: 'shape-mismatch', message: 'zero of quantize is i8[2, 3], and not a number or a list of numbers along an axis', marks: [0, 2] },
  { op: 'quantize', operands: ['f32 4', 'f32'], args: { type: 'i8', axis: 1 }, code: 'bad-axis', message: 'quantize has no axis 1 in f32[4]', marks: [0], attribute: 'axis' },
  { op: 'dequantize', operands: ['f32 4', 'f32'], code: 'type-mismatch', message: 'dequantize does not take f32[4]', marks: [0] },
  { op: 'dequantize', operands: ['i8 4', 'f32', 'i32'], code: 'type-mismatch', message: 'zero of dequantize must be i8, not i32[]', marks: [2] },
  { op: 'random_uniform', operands: ['i32 2', 'i32'], args: { shape: 3, place: 1 }, code: 'shape-mismatch', message: 'the seed and the step of random_uniform are single numbers', marks: [0] },
];

describe('a wrong call', () => {
  it.each(mistakes)('$message', ({ op: name, operands, args = {}, code, message, marks, attribute }) => {
    const problem = problemOf(name, operands.map(typeOf), args);
    expect(problem).toMatchObject({ code, message });
    expect(problem?.marks?.map(({ operand }) => operand)).toEqual(marks);
    expect(problem?.attribute).toBe(attribute);
  });
});

function problemOf(name: string, operands: readonly TensorType[], args: Arguments): Problem | undefined {
  const op = ops.find(name)!;
  const attributes = op.attributes(args, operands);
  if (isProblem(attributes)) return attributes;
  const result = op.infer(operands, attributes);
  return isProblem(result) ? result : undefined;
}

/** `f32 2 3` as a type. */
function typeOf(text: string): TensorType {
  const [element, ...shape] = text.split(' ');
  return { element: element as TensorType['element'], shape: shape.map(Number) };
}
