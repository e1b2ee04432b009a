/** The messages of ONNX's schema, as far as an importer needs them (onnx.proto of ONNX 1.20, fields by number). */
import {
  big,
  bytes,
  double,
  float,
  int32,
  int64,
  type Message,
  many,
  nested,
  one,
  type Reading,
  text,
  unsignedBig,
} from './message.ts';

const entryFields = { key: one(1, text), value: one(2, text) };

export const tensorFields = {
  dims: many(1, int64),
  dataType: one(2, int32),
  segment: one(3, bytes),
  floatData: many(4, float),
  int32Data: many(5, int32),
  stringData: many(6, bytes),
  int64Data: many(7, big),
  name: one(8, text),
  rawData: one(9, bytes),
  doubleData: many(10, double),
  uint64Data: many(11, unsignedBig),
  externalData: many(
    13,
    nested(() => entryFields),
  ),
  dataLocation: one(14, int32),
};
export type TensorProto = Message<typeof tensorFields>;

const dimensionFields = { value: one(1, int64), param: one(2, text) };
export type DimensionProto = Message<typeof dimensionFields>;
const shapeFields = {
  dims: many(
    1,
    nested(() => dimensionFields),
  ),
};
const tensorTypeFields = {
  elemType: one(1, int32),
  shape: one(
    2,
    nested(() => shapeFields),
  ),
};
/** Types other than tensors are only told from them. */
const typeFields = {
  tensor: one(
    1,
    nested(() => tensorTypeFields),
  ),
  sequence: one(4, bytes),
  map: one(5, bytes),
  sparse: one(8, bytes),
  optional: one(9, bytes),
};
const valueInfoFields = {
  name: one(1, text),
  type: one(
    2,
    nested(() => typeFields),
  ),
};
export type ValueInfoProto = Message<typeof valueInfoFields>;

/** Attributes hold graphs and graphs attributes, so their types are written out. */
export interface AttributeProto {
  readonly name: string | undefined;
  readonly reference: string | undefined;
  readonly type: number | undefined;
  readonly f: number | undefined;
  readonly i: number | undefined;
  readonly s: Uint8Array | undefined;
  readonly t: TensorProto | undefined;
  readonly g: GraphProto | undefined;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly strings: readonly Uint8Array[];
}

export interface NodeProto {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name: string | undefined;
  readonly opType: string | undefined;
  readonly attributes: readonly AttributeProto[];
  readonly domain: string | undefined;
}

export interface GraphProto {
  readonly nodes: readonly NodeProto[];
  readonly name: string | undefined;
  readonly initializers: readonly TensorProto[];
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
  readonly sparseInitializers: readonly Uint8Array[];
}

const attributeReading: Reading<AttributeProto> = nested(() => attributeFields);
const graphReading: Reading<GraphProto> = nested(() => graphFields);

const attributeFields = {
  name: one(1, text),
  f: one(2, float),
  i: one(3, int64),
  s: one(4, bytes),
  t: one(
    5,
    nested(() => tensorFields),
  ),
  g: one(6, graphReading),
  floats: many(7, float),
  ints: many(8, int64),
  strings: many(9, bytes),
  type: one(20, int32),
  reference: one(21, text),
};

const nodeFields = {
  inputs: many(1, text),
  outputs: many(2, text),
  name: one(3, text),
  opType: one(4, text),
  attributes: many(5, attributeReading),
  domain: one(7, text),
};

const graphFields = {
  nodes: many(
    1,
    nested(() => nodeFields),
  ),
  name: one(2, text),
  initializers: many(
    5,
    nested(() => tensorFields),
  ),
  inputs: many(
    11,
    nested(() => valueInfoFields),
  ),
  outputs: many(
    12,
    nested(() => valueInfoFields),
  ),
  sparseInitializers: many(15, bytes),
};

const opsetFields = { domain: one(1, text), version: one(2, int64) };

const functionFields = {
  name: one(1, text),
  inputs: many(4, text),
  outputs: many(5, text),
  attributes: many(6, text),
  nodes: many(
    7,
    nested(() => nodeFields),
  ),
  opsets: many(
    9,
    nested(() => opsetFields),
  ),
  domain: one(10, text),
  defaults: many(11, attributeReading),
};
export type FunctionProto = Message<typeof functionFields>;

export const modelFields = {
  irVersion: one(1, int64),
  producerName: one(2, text),
  producerVersion: one(3, text),
  graph: one(7, graphReading),
  opsets: many(
    8,
    nested(() => opsetFields),
  ),
  functions: many(
    25,
    nested(() => functionFields),
  ),
};
export type ModelProto = Message<typeof modelFields>;
