/** The values of variables, before and after. */
import { type StoredTensor, storedTensor } from '@tessera-dnn/formats';
import { tensorBytes, type Variable } from '@tessera-dnn/graph';
import type { Ranges } from './calibrate.ts';
import type { Draft } from './draft.ts';
import { levelWeights } from './stages.ts';
import { type WeightLevels, weightLevels } from './weight-levels.ts';

/** The levels of all layers' weights, by path. */
export function levelsOfWeights(
  { graph, module }: Draft,
  floats: ReadonlyMap<string, ArrayLike<number>>,
): ReadonlyMap<string, WeightLevels> {
  return new Map(
    levelWeights(graph, module).flatMap(({ weight: { path, type }, axis }) => {
      const values = floats.get(path);
      return values === undefined ? [] : [[path, weightLevels(values, type.shape, axis)] as const];
    }),
  );
}

/** The variables' values as files hold them. */
export function storedVariables(
  variables: readonly Variable[],
  values: ReadonlyMap<string, ArrayLike<number>>,
): ReadonlyMap<string, StoredTensor> {
  return new Map(
    variables.flatMap(({ path, type: { element, shape } }) => {
      const data = values.get(path);
      return data === undefined
        ? []
        : [[path, storedTensor(element, shape, data as Float32Array<ArrayBuffer>)] as const];
    }),
  );
}

/** The new program's variables: levels and scales, and all else as it was. */
export function newWeights(
  { graph, module }: Draft,
  floats: ReadonlyMap<string, StoredTensor>,
  levels: ReadonlyMap<string, WeightLevels>,
  { scales }: Ranges,
): ReadonlyMap<string, StoredTensor> {
  const found = new Map<string, StoredTensor>();
  for (const { weight, scale } of levelWeights(graph, module)) {
    const quantized = levels.get(weight.path);
    if (quantized === undefined) continue;
    found.set(weight.path, { element: 'i8', shape: weight.type.shape, data: quantized.levels });
    found.set(scale.path, { element: 'f32', shape: scale.type.shape, data: quantized.scales });
  }
  for (const [path, { scale }] of scales) found.set(path, { element: 'f32', shape: [], data: Float32Array.of(scale) });
  return new Map(
    module.variables.flatMap(({ path }) => {
      const tensor = found.get(path) ?? floats.get(path);
      return tensor === undefined ? [] : [[path, tensor] as const];
    }),
  );
}

/** What variables take in memory, in bytes. */
export function bytesOf(variables: readonly Variable[]): number {
  return variables.reduce((sum, { type }) => sum + tensorBytes(type), 0);
}
