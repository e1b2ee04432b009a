/**
 * Writes `.tflite` files: as much of TensorFlow Lite's schema (version 3) as the benchmark's networks need. Slots are the numbers of a table's
 * fields there, from 0; what is left out has the schema's default.
 */
import { Builder } from 'flatbuffers';

type Offset = number;

/** The numbers of operators in the schema's `BuiltinOperator`. */
export const operators = {
  add: 0,
  dequantize: 6,
  quantize: 114,
  hardSwish: 117,
  averagePool: 1,
  logistic: 14,
  resizeBilinear: 23,
  leakyRelu: 98,
  concatenation: 2,
  mul: 18,
  conv: 3,
  depthwise: 4,
  fullyConnected: 9,
  maxPool: 17,
  reshape: 22,
  softmax: 25,
  pad: 34,
  mean: 40,
} as const;
export type Operator = keyof typeof operators;

/** How padding is said: as much as makes ⌈extent / stride⌉ windows, or none. */
export const paddings = { same: 0, valid: 1 } as const;
export type Padding = keyof typeof paddings;

/** What an operator does to its result at once. */
export const activations = { none: 0, relu: 1, relu6: 3 } as const;
export type Activation = keyof typeof activations;

/** The value of an option: an integer of one or of four bytes, a truth value, or a float. */
export type Option =
  | { readonly byte: number }
  | { readonly int: number }
  | { readonly bool: boolean }
  | { readonly float: number };

/** The table of options by operator: its number in the union `BuiltinOptions`. */
const optionTables: { readonly [operator in Operator]: number } = {
  add: 11,
  dequantize: 26,
  quantize: 89,
  hardSwish: 91,
  averagePool: 5,
  logistic: 0,
  resizeBilinear: 15,
  leakyRelu: 75,
  concatenation: 10,
  mul: 21,
  conv: 1,
  depthwise: 2,
  fullyConnected: 8,
  maxPool: 5,
  reshape: 17,
  softmax: 9,
  pad: 22,
  mean: 27,
};

/** Versions of operators, which say that they take levels with a sign or constants in 16 bits; 1 is the usual one. */
const versions: { readonly [operator in Operator]?: number } = { mean: 2, dequantize: 3, conv: 3, fullyConnected: 4 };

export interface LiteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of constants; results have none. */
  readonly data?: LiteData;
  /** What levels stand for: (level - zero) · scale, one for all or one for each place of an axis. Results with it are bytes. */
  readonly levels?: { readonly scales: readonly number[]; readonly zeros: readonly number[]; readonly axis?: number };
}

/** Floats, whole numbers, levels of 8 and of 16 bits, and the bits of floats of 16 bits. */
export type LiteData = Float32Array | Int32Array | Int8Array | Int16Array | Uint16Array;

export interface LiteNode {
  readonly operator: Operator;
  /** Numbers of tensors. */
  readonly inputs: readonly number[];
  readonly output: number;
  /** By slot of the operator's table of options. */
  readonly options?: { readonly [slot: number]: Option };
}

export interface LiteGraph {
  readonly tensors: readonly LiteTensor[];
  readonly nodes: readonly LiteNode[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** The bytes of the file. */
export function encodeLite(graph: LiteGraph): Uint8Array {
  const b = new Builder(1 << 20);
  // Buffer 0 is the empty one that results refer to.
  const constants = graph.tensors.filter(({ data }) => data);
  const buffers = [table(b, 3, () => {}), ...constants.map(({ data }) => bufferOf(b, data!))];
  const used = [...new Set(graph.nodes.map(({ operator }) => operator))];
  const codes = used.map(operator =>
    table(b, 4, () => {
      b.addFieldInt8(0, operators[operator], 0);
      b.addFieldInt32(2, versions[operator] ?? 1, 1);
      b.addFieldInt32(3, operators[operator], 0);
    }),
  );
  const tensors = graph.tensors.map(tensor => encodeTensor(b, tensor, 1 + constants.indexOf(tensor)));
  const nodes = graph.nodes.map(node => encodeNode(b, node, used.indexOf(node.operator)));
  const [tensorList, nodeList] = [offsets(b, tensors), offsets(b, nodes)];
  const [inputs, outputs] = [ints(b, graph.inputs), ints(b, graph.outputs)];
  const subgraph = table(b, 5, () => {
    b.addFieldOffset(0, tensorList, 0);
    b.addFieldOffset(1, inputs, 0);
    b.addFieldOffset(2, outputs, 0);
    b.addFieldOffset(3, nodeList, 0);
  });
  const [codeList, subgraphs, bufferList] = [offsets(b, codes), offsets(b, [subgraph]), offsets(b, buffers)];
  const model = table(b, 8, () => {
    b.addFieldInt32(0, 3, 0);
    b.addFieldOffset(1, codeList, 0);
    b.addFieldOffset(2, subgraphs, 0);
    b.addFieldOffset(4, bufferList, 0);
  });
  b.finish(model, 'TFL3');
  return b.asUint8Array();
}

function encodeTensor(b: Builder, tensor: LiteTensor, buffer: number): Offset {
  const { name, shape, data, levels } = tensor;
  const [extents, text] = [ints(b, shape), b.createString(name)];
  const quantization = levels && encodeLevels(b, levels);
  return table(b, 9, () => {
    b.addFieldOffset(0, extents, 0);
    b.addFieldInt8(1, typeOf(tensor), 0);
    b.addFieldInt32(2, data ? buffer : 0, 0);
    b.addFieldOffset(3, text, 0);
    if (quantization !== undefined) b.addFieldOffset(4, quantization, 0);
  });
}

/** The number in the schema's `TensorType`. */
function typeOf({ data, levels }: LiteTensor): number {
  if (data instanceof Int32Array) return 2;
  if (data instanceof Uint16Array) return 1;
  if (data instanceof Int16Array) return 7;
  return data instanceof Int8Array || (!data && levels) ? 9 : 0;
}

function encodeLevels(b: Builder, { scales, zeros, axis = 0 }: NonNullable<LiteTensor['levels']>): Offset {
  b.startVector(4, scales.length, 4);
  for (const scale of [...scales].reverse()) b.addFloat32(scale);
  const scaleList = b.endVector();
  b.startVector(8, zeros.length, 8);
  for (const zero of [...zeros].reverse()) b.addInt64(BigInt(zero));
  const zeroList = b.endVector();
  return table(b, 7, () => {
    b.addFieldOffset(2, scaleList, 0);
    b.addFieldOffset(3, zeroList, 0);
    b.addFieldInt32(6, axis, 0);
  });
}

function encodeNode(b: Builder, { operator, inputs, output, options = {} }: LiteNode, code: number): Offset {
  const [from, to] = [ints(b, inputs), ints(b, [output])];
  const own = table(b, 8, () => {
    for (const [slot, option] of Object.entries(options)) addOption(b, Number(slot), option);
  });
  return table(b, 9, () => {
    b.addFieldInt32(0, code, 0);
    b.addFieldOffset(1, from, 0);
    b.addFieldOffset(2, to, 0);
    b.addFieldInt8(3, optionTables[operator], 0);
    b.addFieldOffset(4, own, 0);
  });
}

function addOption(b: Builder, slot: number, option: Option): void {
  if ('byte' in option) b.addFieldInt8(slot, option.byte, 0);
  else if ('int' in option) b.addFieldInt32(slot, option.int, 0);
  else if ('bool' in option) b.addFieldInt8(slot, option.bool ? 1 : 0, 0);
  else b.addFieldFloat32(slot, option.float, 0);
}

/** Data begin at a multiple of 16 bytes. */
function bufferOf(b: Builder, { buffer, byteOffset, byteLength }: LiteData): Offset {
  b.prep(16, byteLength);
  const data = b.createByteVector(new Uint8Array(buffer, byteOffset, byteLength));
  return table(b, 3, () => b.addFieldOffset(0, data, 0));
}

function table(b: Builder, fields: number, add: () => void): Offset {
  b.startObject(fields);
  add();
  return b.endObject();
}

function ints(b: Builder, values: readonly number[]): Offset {
  b.startVector(4, values.length, 4);
  for (const value of [...values].reverse()) b.addInt32(value);
  return b.endVector();
}

function offsets(b: Builder, values: readonly Offset[]): Offset {
  b.startVector(4, values.length, 4);
  for (const value of [...values].reverse()) b.addOffset(value);
  return b.endVector();
}
