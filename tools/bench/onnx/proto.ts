/**
 * The part of ONNX's file format that benchmark models need, for protobufjs. Field numbers are those of onnx.proto3
 * (https://github.com/onnx/onnx, IR version 8).
 */
import { createRequire } from 'node:module';

/** The part of protobufjs that is called. */
interface Protobuf {
  readonly Root: {
    fromJSON(schema: object): { lookupType(name: string): { encode(message: object): { finish(): Uint8Array } } };
  };
}

export const elementCodes = { f32: 1, u8: 2, i8: 3, i32: 6, i64: 7 } as const;
export type OnnxElement = keyof typeof elementCodes;

/** The number by which an attribute says what type it has. */
export const attributeTypes = { f: 1, i: 2, s: 3, ints: 7 } as const;

const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ rule: 'repeated', type, id });

const schema = {
  nested: {
    Model: {
      fields: {
        irVersion: one('int64', 1),
        producerName: one('string', 2),
        graph: one('Graph', 7),
        opsets: many('Opset', 8),
      },
    },
    Opset: { fields: { domain: one('string', 1), version: one('int64', 2) } },
    Graph: {
      fields: {
        nodes: many('Node', 1),
        name: one('string', 2),
        initializers: many('Tensor', 5),
        inputs: many('ValueInfo', 11),
        outputs: many('ValueInfo', 12),
      },
    },
    Node: {
      fields: {
        inputs: many('string', 1),
        outputs: many('string', 2),
        opType: one('string', 4),
        attributes: many('Attribute', 5),
      },
    },
    Attribute: {
      fields: {
        name: one('string', 1),
        f: one('float', 2),
        i: one('int64', 3),
        s: one('bytes', 4),
        ints: many('int64', 8),
        type: one('int32', 20),
      },
    },
    Tensor: {
      fields: {
        dims: many('int64', 1),
        dataType: one('int32', 2),
        name: one('string', 8),
        rawData: one('bytes', 9),
      },
    },
    ValueInfo: { fields: { name: one('string', 1), type: one('Type', 2) } },
    Type: { fields: { tensorType: one('TensorType', 1) } },
    TensorType: { fields: { elemType: one('int32', 1), shape: one('Shape', 2) } },
    Shape: { fields: { dims: many('Dimension', 1) } },
    Dimension: { fields: { dimValue: one('int64', 1) } },
  },
};

/** The bytes of an `.onnx` file. */
export function encodeModel(model: { readonly [field: string]: unknown }): Uint8Array {
  // Required only here, since the peers may not be installed.
  const protobuf: Protobuf = createRequire(import.meta.url)('protobufjs');
  return protobuf.Root.fromJSON(schema).lookupType('Model').encode(model).finish();
}
