/** Writes a model as ONNX's schema says (onnx.proto of ONNX 1.20, fields by number), on the wire writer of `@bufbuild/protobuf`. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { StoredTensor } from '@tessera-dnn/formats';
import { codeOf } from '../model/elements.ts';
import type { Attribute, Declared, SketchedModel, SketchNode } from './sketch.ts';

/**
 * The version of operators that models are written in, and that of the format which came with it. From 18 on all reductions take their axes as an
 * input; what runs models has known it since the beginning of 2023.
 */
export const [opset, irVersion] = [18, 8];

const { Varint, LengthDelimited, Bit32 } = WireType;
/** `AttributeProto.AttributeType`. */
const types = { float: 1, integer: 2, text: 3, integers: 7 };

/**
 * A model's file in pieces, which share the tensors' data, since copies of all weights would take most of an export's time and memory. The same model
 * gives the same bytes.
 */
export function encode({ name, nodes, tensors, inputs, outputs }: SketchedModel): readonly Uint8Array[] {
  const graph = [
    message(into => {
      for (const node of nodes) part(into, 1, writer => writeNode(writer, node));
      text(into, 2, name);
    }),
    ...[...tensors].flatMap(([name, tensor]) => within(5, tensorPieces(name, tensor))),
    message(into => {
      for (const input of inputs) part(into, 11, writer => writeDeclared(writer, input));
      for (const output of outputs) part(into, 12, writer => writeDeclared(writer, output));
    }),
  ];
  return [
    message(model => {
      model.tag(1, Varint).int64(irVersion);
      text(model, 2, 'tessera');
    }),
    ...within(7, graph),
    message(model => part(model, 8, into => into.tag(2, Varint).int64(opset))),
  ];
}

/** The pieces of a message as a field of another one. */
function within(field: number, pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  return [message(writer => writer.tag(field, LengthDelimited).uint32(sizeOf(pieces))), ...pieces];
}

/** How many bytes pieces have together. */
export function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function message(write: (writer: BinaryWriter) => unknown): Uint8Array {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
}

function part(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => unknown): void {
  writer.tag(field, LengthDelimited).bytes(message(write));
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, LengthDelimited).string(value);
}

function writeNode(writer: BinaryWriter, { name, op, inputs, output, attributes }: SketchNode): void {
  for (const input of inputs) text(writer, 1, input);
  text(writer, 2, output);
  text(writer, 3, name);
  text(writer, 4, op);
  for (const [key, value] of Object.entries(attributes)) part(writer, 5, into => writeAttribute(into, key, value));
}

function writeAttribute(writer: BinaryWriter, name: string, value: Attribute): void {
  text(writer, 1, name);
  const type = (code: number) => writer.tag(20, Varint).int32(code);
  if (typeof value === 'number') {
    writer.tag(3, Varint).int64(value);
    type(types.integer);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    type(types.text);
  } else if ('float' in value) {
    writer.tag(2, Bit32).float(value.float);
    type(types.float);
  } else {
    for (const one of value) writer.tag(8, Varint).int64(one);
    type(types.integers);
  }
}

function tensorPieces(name: string, { element, shape, data }: StoredTensor): readonly Uint8Array[] {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const head = message(writer => {
    for (const extent of shape) writer.tag(1, Varint).int64(extent);
    writer.tag(2, Varint).int32(codeOf(element));
    text(writer, 8, name);
  });
  return [head, ...within(9, [bytes])];
}

function writeDeclared(writer: BinaryWriter, { name, type }: Declared): void {
  text(writer, 1, name);
  part(writer, 2, into =>
    part(into, 1, tensor => {
      tensor.tag(1, Varint).int32(codeOf(type.element));
      part(tensor, 2, shape => {
        for (const extent of type.shape) part(shape, 1, dimension => dimension.tag(1, Varint).int64(extent));
      });
    }),
  );
}
