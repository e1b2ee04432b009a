/** Samples in an array, along its first axis. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { convertTensor, type StoredTensor } from '@tessera-dnn/formats';
import type { Samples, ShapedData, Target } from './samples.ts';

/** The samples of an array; an array without axes has none, which the program's input then refuses. */
export function samplesOf(name: string, tensor: StoredTensor): Samples {
  const { shape } = tensor;
  return {
    name,
    count: shape[0] ?? 0,
    extents: () => shape.slice(1),
    classes: [],
    read: input => converted(tensor, input),
  };
}

function converted(tensor: StoredTensor, { name, type, conversion }: Target): Outcome<ShapedData> {
  const result = convertTensor(tensor, type, `the data for ${name}`, conversion);
  return result.ok ? { ...result, value: { shape: tensor.shape, data: result.value.data } } : result;
}
