/** Single tensors as ONNX stores them in files of their own (`input_0.pb`). */
import type { StoredTensor } from '@tessera-dnn/formats';
import { Refusal } from '../draft/refusal.ts';
import { decode } from '../proto/message.ts';
import { tensorFields } from '../proto/onnx.ts';
import { storedTensor } from './tensor.ts';

/** The tensor in a file; undefined where it holds none of numbers. */
export function readTensorMessage(content: Uint8Array): StoredTensor | undefined {
  const proto = decode(tensorFields, content);
  if ('malformed' in proto) return undefined;
  try {
    return storedTensor(proto, () => undefined);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
