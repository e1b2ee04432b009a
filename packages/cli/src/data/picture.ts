/** A picture that is given for an input. It becomes elements only when one knows the input. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { ShapedData, Target } from './samples.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** The picture as elements of `input`, in the input's shape. */
  readonly read: (input: Target) => Outcome<ShapedData>;
}

/** Whether a file is a picture, which its name says. */
export function isPictureName(file: string): boolean {
  return /\.(png|jpe?g)$/i.test(file);
}
