/** Bytes of resident tensors in their physical layout. */
import { blockAlong, elementBytes, type TensorType } from '@tessera-dnn/graph';
import { isNarrowFloat, narrowed } from '@tessera-dnn/machine';
import type { VariableCell } from '../program.ts';

/** Where elements are put by number. */
interface Elements {
  [index: number]: number;
  fill(value: number): unknown;
}

/** The numbers of a tensor as `writeCell` takes them: those of 16 bits as what these bits are as a whole number. */
export function storedNumbers({ element }: TensorType, data: number | ArrayLike<number>): number | ArrayLike<number> {
  if (!isNarrowFloat(element)) return data;
  return typeof data === 'number' ? narrowed(element, [data])[0] : narrowed(element, data);
}

/** The elements over `bytes`, which are set as the numbers that {@link storedNumbers} gives. */
function elementsOf(type: TensorType, bytes: Uint8Array): Elements {
  const { buffer, byteOffset, byteLength } = bytes;
  switch (type.element) {
    case 'f32':
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    case 'i32':
      return new Int32Array(buffer, byteOffset, byteLength / 4);
    case 'i8':
      return new Int8Array(buffer, byteOffset, byteLength);
    case 'u8':
    case 'bool':
      return new Uint8Array(buffer, byteOffset, byteLength);
    case 'f16':
    case 'bf16':
      return new Uint16Array(buffer, byteOffset, byteLength / 2);
  }
}

/**
 * Writes one cell of the row-major tensor `data` (stored numbers, or one for all elements) into `bytes`, the cell's buffer. The longest unblocked
 * axis is the innermost loop: weights of a large network are tens of millions of elements.
 */
export function writeCell(
  type: TensorType,
  cell: VariableCell,
  data: number | ArrayLike<number>,
  bytes: Uint8Array,
): void {
  const target = elementsOf(type, bytes);
  const size = elementBytes[type.element];
  if (typeof data === 'number') {
    if (type.shape.length === 0) target[cell.offset / size] = data;
    else target.fill(data);
    return;
  }
  const rank = type.shape.length;
  if (rank === 0) {
    target[cell.offset / size] = data[0];
    return;
  }
  const from = new Array<number>(rank);
  let step = 1;
  for (let axis = rank - 1; axis >= 0; axis--) {
    from[axis] = step;
    step *= type.shape[axis];
  }
  const inner = innermostAxis(cell);
  const outer = cell.count.map((_, axis) => axis).filter(axis => axis !== inner);
  const walk = (depth: number, source: number, at: number) => {
    if (depth === outer.length) {
      const start = source + cell.start[inner] * from[inner];
      copyRun(data, target, { from: start, fromStep: from[inner], to: at, cell, axis: inner, size });
      return;
    }
    const axis = outer[depth];
    for (let i = 0; i < cell.count[axis]; i++) {
      walk(depth + 1, source + (cell.start[axis] + i) * from[axis], at + placeAlong(cell, axis, i, size));
    }
  };
  walk(0, 0, cell.offset / size);
}

function innermostAxis(cell: VariableCell): number {
  let best = -1;
  cell.count.forEach((count, axis) => {
    if (blockAlong(cell.block, axis) === undefined && (best < 0 || count > cell.count[best])) best = axis;
  });
  return Math.max(best, 0);
}

/** Elements from index 0 to index i along an axis. */
function placeAlong(cell: VariableCell, axis: number, i: number, size: number): number {
  const stride = cell.strides[axis] / size;
  const block = blockAlong(cell.block, axis);
  if (block === undefined) return i * stride;
  return Math.floor(i / block.size) * stride + (i % block.size) * block.step;
}

/** The elements of a cell along one axis, all other indices fixed. */
interface Line {
  readonly cell: VariableCell;
  readonly axis: number;
  /** Where the first element is in the data, and how far from it the next one is. */
  readonly from: number;
  readonly fromStep: number;
  /** Where the first element is in the cell's buffer, in elements of `size` bytes. */
  readonly to: number;
  readonly size: number;
}

function copyRun(data: ArrayLike<number>, target: Elements, { cell, axis, from, fromStep, to, size }: Line): void {
  const count = cell.count[axis];
  if (blockAlong(cell.block, axis) !== undefined) {
    for (let i = 0; i < count; i++) target[to + placeAlong(cell, axis, i, size)] = data[from + i * fromStep];
    return;
  }
  const toStep = cell.strides[axis] / size;
  for (let i = 0; i < count; i++) target[to + i * toStep] = data[from + i * fromStep];
}
