/** Writes small ONNX models for tests, field by field as the schema numbers them. */
import { BinaryWriter } from '@bufbuild/protobuf/wire';

/** Element types with their codes, and the bytes of numbers in them. */
const types = {
  f32: [1, (data: readonly number[]) => Float32Array.from(data)],
  u8: [2, (data: readonly number[]) => Uint8Array.from(data)],
  i8: [3, (data: readonly number[]) => Int8Array.from(data)],
  i32: [6, (data: readonly number[]) => Int32Array.from(data)],
  i64: [7, (data: readonly number[]) => BigInt64Array.from(data, BigInt)],
} as const;

export interface TestTensor {
  readonly name?: string;
  readonly type: keyof typeof types;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export interface TestNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  /** Whole numbers, lists of them, texts, `{ f: 0.5 }`, or `{ floats: [0.5] }`. */
  readonly attributes?: {
    readonly [name: string]:
      | number
      | readonly number[]
      | string
      | { readonly f: number }
      | { readonly floats: readonly number[] };
  };
}

export interface TestModel {
  readonly opset?: number;
  readonly nodes: readonly TestNode[];
  /** Extents by input; a text is the name of an open dimension. */
  readonly inputs: { readonly [name: string]: readonly (number | string)[] };
  readonly outputs: readonly string[];
  readonly weights?: readonly TestTensor[];
  /** Functions that the model brings along, of the domain `own`. */
  readonly functions?: readonly TestFunction[];
}

export interface TestFunction {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly TestNode[];
}

/** The bytes of a model. */
export function modelBytes({
  opset = 17,
  nodes,
  inputs,
  outputs,
  weights = [],
  functions = [],
}: TestModel): Uint8Array {
  return message(writer => {
    writer.tag(1, 0).int64(8);
    part(writer, 7, graph => {
      for (const node of nodes) part(graph, 1, into => writeNode(into, node));
      text(graph, 2, 'net');
      for (const tensor of weights) part(graph, 5, into => writeTensor(into, tensor));
      for (const [name, shape] of Object.entries(inputs)) part(graph, 11, into => writeInput(into, name, shape));
      for (const name of outputs) part(graph, 12, into => text(into, 1, name));
    });
    part(writer, 8, into => void into.tag(2, 0).int64(opset));
    for (const one of functions) part(writer, 25, into => writeFunction(into, one));
    part(writer, 8, into => {
      text(into, 1, 'com.microsoft');
      into.tag(2, 0).int64(1);
    });
  });
}

/** The bytes of a tensor in a file of its own. */
export function tensorBytes(tensor: TestTensor): Uint8Array {
  return message(writer => writeTensor(writer, tensor));
}

function message(write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
}

function part(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, 2).bytes(message(write));
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, 2).string(value);
}

function writeNode(writer: BinaryWriter, { op, inputs, outputs, name, domain, attributes = {} }: TestNode): void {
  for (const input of inputs) text(writer, 1, input);
  for (const output of outputs) text(writer, 2, output);
  if (name !== undefined) text(writer, 3, name);
  text(writer, 4, op);
  for (const [key, value] of Object.entries(attributes)) {
    part(writer, 5, into => {
      text(into, 1, key);
      if (typeof value === 'number') into.tag(3, 0).int64(value).tag(20, 0).int32(2);
      else if (typeof value === 'string') into.tag(4, 2).bytes(new TextEncoder().encode(value)).tag(20, 0).int32(3);
      else if ('f' in value) into.tag(2, 5).float(value.f).tag(20, 0).int32(1);
      else if ('floats' in value) {
        for (const one of value.floats) into.tag(7, 5).float(one);
        into.tag(20, 0).int32(6);
      } else {
        for (const one of value) into.tag(8, 0).int64(one);
        into.tag(20, 0).int32(7);
      }
    });
  }
  if (domain !== undefined) text(writer, 7, domain);
}

function writeFunction(writer: BinaryWriter, { name, inputs, outputs, nodes }: TestFunction): void {
  text(writer, 1, name);
  for (const input of inputs) text(writer, 4, input);
  for (const output of outputs) text(writer, 5, output);
  for (const node of nodes) part(writer, 7, into => writeNode(into, node));
  text(writer, 10, 'own');
}

function writeTensor(writer: BinaryWriter, { name, type, shape, data }: TestTensor): void {
  for (const extent of shape) writer.tag(1, 0).int64(extent);
  const [code, arrayOf] = types[type];
  writer.tag(2, 0).int32(code);
  if (name !== undefined) text(writer, 8, name);
  writer.tag(9, 2).bytes(new Uint8Array(arrayOf(data).buffer));
}

function writeInput(writer: BinaryWriter, name: string, shape: readonly (number | string)[]): void {
  text(writer, 1, name);
  part(writer, 2, type =>
    part(type, 1, tensor => {
      tensor.tag(1, 0).int32(1);
      part(tensor, 2, into => {
        for (const extent of shape) {
          part(into, 1, dimension => {
            if (typeof extent === 'number') dimension.tag(1, 0).int64(extent);
            else text(dimension, 2, extent);
          });
        }
      });
    }),
  );
}
