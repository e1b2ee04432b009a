/** Tensors of the model as values: numbers that stand in the text, or weights. */
import type { StoredTensor } from '@tessera-dnn/formats';
import { elementCount, isFloat } from '@tessera-dnn/graph';
import { importedElement } from '../model/elements.ts';
import { doubles } from './numbers.ts';
import { refuse } from './refusal.ts';
import type { Hint, Value } from './value.ts';

/** Whole numbers and single numbers are constants, which shapes may depend on; other floats are weights. */
export function loaded(stored: StoredTensor, narrow: readonly string[], hint: Hint): Value {
  const element = importedElement(stored.element, narrow) ?? refuseType(stored.element, hint.name);
  const type = { element, shape: stored.shape };
  if (!isFloat(element) || elementCount(stored.shape) <= 1) {
    return { type, source: { kind: 'constant', data: doubles(stored) }, hint };
  }
  const kept: StoredTensor =
    stored.element === 'f64' ? { ...stored, element: 'f32', data: Float32Array.from(stored.data) } : stored;
  return { type, source: { kind: 'weight', name: hint.name ?? '', stored: kept }, hint };
}

/** Refuses numbers of a type that is narrowed only where the user says so. */
export function refuseType(element: string, name = 'a tensor'): never {
  return refuse(`${name} has elements of type ${element}`, `import them as narrower ones: --narrow ${element}`);
}
