/** What the export of one operation gets and gives: a table of functions from nodes of a graph to nodes of ONNX. */
import type { ElementType, Node, OpNode, TensorType } from '@tessera-dnn/graph';
import type { SketchNode } from './sketch.ts';

/** A node that is to be written, with its operands' names in the model, and what it may be written with. */
export interface Exporting {
  readonly node: OpNode;
  readonly operands: readonly Node[];
  readonly inputs: readonly string[];
  /** Adds a node of ONNX with one result, and gives the name of that. */
  readonly emit: (op: string, inputs: readonly string[], attributes?: SketchNode['attributes']) => string;
  readonly constant: (type: TensorType, values: ArrayLike<number>) => string;
  /** Whole numbers of 64 bits: a list of them, or one without axes. */
  readonly integers: (values: readonly number[], shape?: readonly number[]) => string;
}

/** Why this node cannot be written, as the end of a sentence that begins with the operation. */
export interface Refused {
  readonly refused: string;
}

/** Gives the name of the node's result. */
export type Export = (given: Exporting) => string | Refused;

/** The value in another element type. */
export function cast({ emit }: Exporting, value: string, from: ElementType, to: ElementType): string {
  return from === to ? value : emit('Cast', [value], { to: elementCodes[to] });
}

/** `TensorProto.DataType` of each element type, and of whole numbers of 64 bits, in which ONNX says places. */
export const elementCodes = { f32: 1, u8: 2, i8: 3, i32: 6, i64: 7, bool: 9, f16: 10, bf16: 16 } as const;

/** The value with these extents, in the same order of elements. */
export function reshaped({ emit, integers }: Exporting, value: string, shape: readonly number[]): string {
  return emit('Reshape', [value, integers(shape)]);
}

/** One number of the node's own type or another, which broadcasts. */
export function number({ constant, node }: Exporting, value: number, element = node.type.element): string {
  return constant({ element, shape: [] }, [value]);
}

/** An attribute of the node that is a list of numbers. */
export function list({ node }: Exporting, name: string): readonly number[] {
  return node.attributes[name] as readonly number[];
}

/** The attribute `padding`, a pair for each axis, as ONNX has it: what is in front of all axes, then what is behind. */
export function pads({ node }: Exporting): readonly number[] {
  const pairs = node.attributes['padding'] as readonly (readonly [number, number])[];
  return [0, 1].flatMap(end => pairs.map(pair => pair[end]));
}
