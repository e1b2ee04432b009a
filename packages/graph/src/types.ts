/** Tensor types: an element type and a static shape. */

export const elementTypes = ['f32', 'f16', 'bf16', 'i32', 'i8', 'u8', 'bool'] as const;
export type ElementType = (typeof elementTypes)[number];

/** A dense tensor's type. `shape: []` is a scalar; no dimension is ever zero. */
export interface TensorType {
  readonly element: ElementType;
  readonly shape: readonly number[];
}

/** Bytes of one element in memory; a `bool` takes one byte, 0 or 1. */
export const elementBytes: Readonly<Record<ElementType, 1 | 2 | 4>> = {
  f32: 4,
  f16: 2,
  bf16: 2,
  i32: 4,
  i8: 1,
  u8: 1,
  bool: 1,
};

/** The element types of whole numbers. */
export type IntegerElement = 'i32' | 'i8' | 'u8';

/** Whether elements of this type are whole numbers; truth values are not. */
export function isInteger(element: ElementType): element is IntegerElement {
  return element === 'i32' || element === 'i8' || element === 'u8';
}

/** Whether elements of this type are floating-point numbers, of 32 or 16 bits. */
export function isFloat(element: ElementType): boolean {
  return element === 'f32' || element === 'f16' || element === 'bf16';
}

/** What elements are added up and multiplied in: 32 bits, whatever they have in memory. A truth value is none of these. */
export function wideElement(element: ElementType): ElementType {
  if (isFloat(element)) return 'f32';
  return element === 'bool' ? 'bool' : 'i32';
}

/** The smallest and the largest value of a type of whole numbers. */
export function integerRange(element: IntegerElement): readonly [number, number] {
  switch (element) {
    case 'i8':
      return [-128, 127];
    case 'u8':
      return [0, 255];
    case 'i32':
      return [-(2 ** 31), 2 ** 31 - 1];
  }
}

/**
 * The type in which a tensor is computed with: floats of 16 bits are f32 in registers. Passes may store what an op calls f32 in 16 bits, so nodes
 * agree in this and not in what they have in memory.
 */
export function computedElement(element: ElementType): ElementType {
  return isFloat(element) ? 'f32' : element;
}

/** The product of all extents: of a tensor's elements, a box's places, a space's points. 1 for none. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Bytes of the whole tensor, dense and unpadded. */
export function tensorBytes(type: TensorType): number {
  return elementCount(type.shape) * elementBytes[type.element];
}

/** Whether two shapes have the same rank and extents; nothing is broadcast. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** Whether two tensors agree in element type and in shape. */
export function sameType(a: TensorType, b: TensorType): boolean {
  return a.element === b.element && sameShape(a.shape, b.shape);
}

/** `f32[2, 3]`, as the language writes it. */
export function showType(type: TensorType): string {
  return `${type.element}[${type.shape.join(', ')}]`;
}

/** Elements (not bytes) between neighbours along each axis of a dense row-major tensor. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}
