/** What operators of ONNX are not defined for in the version that models are written in, of the element types that operations here take. */
import type { ElementType } from '@tessera-dnn/graph';

/** By operator, as the constraints of its types say (docs/Changelog.md of ONNX 1.13); the others take all that they are written with. */
const lacking: { readonly [operator: string]: readonly ElementType[] | undefined } = {
  Neg: ['u8'],
  Relu: ['u8'],
  Pow: ['i8', 'u8'],
  Sin: ['bf16'],
  Cos: ['bf16'],
  Round: ['bf16'],
  Conv: ['bf16', 'i32'],
  ConvTranspose: ['bf16', 'i32', 'i8', 'u8'],
  MaxPool: ['bf16', 'i32'],
  AveragePool: ['bf16'],
};

/** Whether ONNX has no such operator for a first operand of this element type. */
export function lacks(operator: string, element: ElementType): boolean {
  return lacking[operator]?.includes(element) ?? false;
}
