/** Messages of ONNX, made here instead of read. */
import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto } from '../proto/onnx.ts';

/** Whole numbers, lists of them, texts, floats. */
export type Attributes = {
  readonly [name: string]: number | readonly number[] | string | { readonly float: number };
};

/** A node with one result, which it is called after. */
export function nodeMessage(
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: Attributes,
): NodeProto {
  const entries = Object.entries(attributes).map(([name, value]) => attribute(name, value));
  return { opType, inputs, outputs: [output], name: output, attributes: entries, domain: undefined };
}

function attribute(name: string, value: Attributes[string]): AttributeProto {
  const none = {
    name,
    reference: undefined,
    type: undefined,
    f: undefined,
    i: undefined,
    s: undefined,
    t: undefined,
    g: undefined,
  };
  const all: AttributeProto = { ...none, floats: [], ints: [], strings: [] };
  if (typeof value === 'number') return { ...all, i: value };
  if (typeof value === 'string') return { ...all, s: new TextEncoder().encode(value) };
  return 'float' in value ? { ...all, f: value.float } : { ...all, ints: value };
}

/** A tensor of little-endian bytes; `dataType` is the code of its elements. */
export function tensorMessage(
  name: string,
  dataType: number,
  dims: readonly number[],
  rawData: Uint8Array,
): TensorProto {
  const lists = {
    floatData: [],
    int32Data: [],
    stringData: [],
    int64Data: [],
    doubleData: [],
    uint64Data: [],
    externalData: [],
  };
  return { name, dataType, dims, rawData, ...lists, segment: undefined, dataLocation: undefined };
}

/** An input or an output. */
export function declaredMessage(name: string, elemType: number, shape: readonly number[]): ValueInfoProto {
  const dims = shape.map(value => ({ value, param: undefined }));
  const others = { sequence: undefined, map: undefined, sparse: undefined, optional: undefined };
  return { name, type: { tensor: { elemType, shape: { dims } }, ...others } };
}
