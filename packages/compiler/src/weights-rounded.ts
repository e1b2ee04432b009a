/** The one warning that weights were rounded to 16 bits, however many tensors there are. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import type { Rounding } from '@tessera-dnn/formats';
import type { Code } from './explain/catalogue.ts';

/** A tensor of the weights that has other values in the program. */
export interface RoundedTensor {
  readonly path: string;
  /** The element type of its variable. */
  readonly element: string;
  readonly rounding: Rounding;
}

/** The warning with the number that changed most for its size, or nothing if no tensor was rounded. */
export function roundedWeights(tensors: readonly RoundedTensor[]): readonly Diagnostic<Code>[] {
  if (tensors.length === 0) return [];
  const { path, rounding } = tensors.reduce((a, b) => (b.rounding.relativeError > a.rounding.relativeError ? b : a));
  const { index, from, to, relativeError } = rounding;
  const elements = [...new Set(tensors.map(({ element }) => element))].join(' and ');
  const many = tensors.length === 1 ? 'one tensor of the weights is' : `${tensors.length} tensors of the weights are`;
  const most = `at most by ${short(100 * relativeError, 2)} % (${path}, element ${index}: ${short(from)} is ${short(to)})`;
  return [
    {
      code: 'weights-rounded',
      severity: 'warning',
      message: `${many} rounded to ${elements}, ${most}`,
    },
  ];
}

function short(value: number, digits = 6): string {
  return String(Number(value.toPrecision(digits)));
}
