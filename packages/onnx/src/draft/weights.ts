/** Weights that are stored otherwise than the model has them, because the layers of the language keep them so. */
import type { StoredTensor } from '@tessera-dnn/formats';
import type { Value, WeightSource } from './value.ts';

/** Whether a value is a tensor of the weights file. */
export function isWeight(value: Value): value is Value & { readonly source: WeightSource } {
  return value.source.kind === 'weight';
}

/** Weights [m, n] as [n, m]; what is transposed once is the same weight wherever it is read. */
export function transposedWeight(value: Value & { readonly source: WeightSource }): Value {
  const known = made.get(value.source.stored);
  if (known !== undefined) return { ...value, ...known };
  const [rows, columns] = value.type.shape;
  const { stored } = value.source;
  const data = stored.data.slice() as Float32Array;
  const from = stored.data as Float32Array;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) data[column * rows + row] = from[row * columns + column];
  }
  const shape = [columns, rows];
  const source: WeightSource = { ...value.source, stored: { ...stored, shape, data } as StoredTensor };
  const result = { type: { ...value.type, shape }, source };
  made.set(stored, result);
  return { ...value, ...result };
}

const made = new WeakMap<StoredTensor, Pick<Value, 'type'> & { readonly source: WeightSource }>();
