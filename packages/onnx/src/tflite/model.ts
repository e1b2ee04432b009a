/** A model of TensorFlow Lite as data: its tensors, and its operators in the order in which they run (schema.fbs, version 3; fields by slot). */
import { refuse } from '../draft/refusal.ts';
import { Table } from './flatbuffer.ts';

/** What a model's tensor is. */
export interface LiteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** The code of `TensorType`. */
  readonly type: number;
  /** The bytes of a constant; empty where the model computes it. */
  readonly data: Uint8Array;
  /** Of levels: one number each, or one for each place of an axis. */
  readonly scales: readonly number[];
  readonly zeros: readonly number[];
  readonly axis: number;
}

export interface LiteOperator {
  /** The code of `BuiltinOperator`. */
  readonly code: number;
  /** The name of one that only its writer knows. */
  readonly custom: string;
  /** Numbers of tensors; -1 for one that is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: Table | undefined;
}

export interface LiteModel {
  readonly tensors: readonly LiteTensor[];
  readonly operators: readonly LiteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** The model in a file, or a refusal. */
export function readLite(bytes: Uint8Array): LiteModel {
  if (new TextDecoder('latin1').decode(bytes.subarray(4, 8)) !== 'TFL3') refuse('it does not begin as such a model');
  try {
    return modelOf(Table.root(bytes));
  } catch (error) {
    if (error instanceof RangeError)
      return refuse('it is damaged: something leads beyond its end, or to the same place again and again');
    throw error;
  }
}

function modelOf(model: Table): LiteModel {
  const graphs = model.tables(2);
  if (graphs.length !== 1)
    refuse(`it has ${graphs.length} graphs, and one is taken: control flow and signatures are not`);
  const [graph] = graphs;
  const buffers = model.tables(4).map(buffer => buffer.bytes(0));
  const codes = model.tables(1).map(code => ({ code: Math.max(code.byte(0), code.int(3)), custom: code.text(1) }));
  const tensors = graph.tables(0).map(tensor => tensorOf(tensor, buffers));
  const operators = graph.tables(3).map((operator): LiteOperator => {
    const { code, custom } = codes[operator.int(0)] ?? refuse('an operator has no code');
    return { code, custom, inputs: operator.ints(1), outputs: operator.ints(2), options: operator.table(4) };
  });
  const [inputs, outputs] = [graph.ints(1), graph.ints(2)];
  const named = [...inputs, ...outputs, ...operators.flatMap(operator => [...operator.inputs, ...operator.outputs])];
  if (named.some(at => at < -1 || at >= tensors.length)) refuse('it names a tensor that there is not');
  return { tensors, operators, inputs, outputs };
}

/** Extents beyond this are no models. */
const mostExtent = 2 ** 20;

function tensorOf(tensor: Table, buffers: readonly Uint8Array[]): LiteTensor {
  const levels = tensor.table(4);
  const shape = tensor.ints(0);
  if (shape.some(extent => extent < 0 || extent > mostExtent))
    refuse(`tensor ${tensor.text(3)} has the shape [${shape.join(', ')}]`);
  return {
    ...{
      name: tensor.text(3),
      shape,
      type: tensor.byte(1),
      data: buffers[tensor.int(2)] ?? new Uint8Array(0),
    },
    ...{ scales: levels?.floats(2) ?? [], zeros: levels?.longs(3) ?? [], axis: levels?.int(6) ?? 0 },
  };
}
