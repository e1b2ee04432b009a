/**
 * A tensor as a whole, gathered from the tiles that hold its cells, out of the memory of a running chip. Nothing is copied between tiles for it: the plan
 * says where each element lies.
 */
import type { Plan } from '@tessera-dnn/compiler';
import { blockAlong, elementBytes, type TensorType } from '@tessera-dnn/graph';
import { type ElementValues, readElements, valueArrays } from '@tessera-dnn/machine';
import type { Home, VariableCell } from '@tessera-dnn/tiling';

/** Where a buffer's tensor lies, cell by cell. */
export interface Place {
  readonly type: TensorType;
  readonly cells: readonly VariableCell[];
}

/**
 * By buffer, where the tensor lies that it was made for: results, variables, constants, and what lies in the host window. Copies of operands, parts of sums and
 * scratch memory hold no tensor as a whole, and have no place.
 */
export function placesOf({ tiles, homes }: Pick<Plan, 'tiles' | 'homes'>): ReadonlyMap<number, Place> {
  const places = new Map<number, Place>();
  for (const { nodes } of homes.programs)
    for (const { result } of nodes) if (result?.dense || result?.where === 'everywhere') add(places, result);
  for (const home of homes.variables) if (home) add(places, home);
  for (const { buffer, type, cells } of tiles.contents) places.set(buffer, { type, cells });
  return places;
}

function add(places: Map<number, Place>, home: Home): void {
  if (places.has(home.buffer)) return;
  const bytes = elementBytes[home.type.element];
  const cells = Array.from(home.grid.tileOf, (tile, index) => {
    const { box, strides, offset, block } = home.cell(index);
    const scaled = { strides: strides.map(stride => stride * bytes), offset: offset * bytes };
    return { tile, start: box.start, count: box.count, block, ...scaled };
  });
  places.set(home.buffer, { type: home.type, cells });
}

/** The elements of a buffer's tensor, row-major, as they are in `memory` now. */
export function gathered(
  memory: ArrayBuffer,
  { tiles, placement }: Pick<Plan, 'tiles' | 'placement'>,
  buffer: number,
  { type: { element, shape }, cells }: Place,
): ElementValues {
  const { bytes, kind } = tiles.buffers[buffer];
  const whole = new valueArrays[element](shape.reduce((product, extent) => product * extent, 1));
  for (const cell of cells) {
    const isHost = kind === 'host';
    const address = isHost
      ? placement.offsets[buffer][0]
      : cell.tile * placement.tileStrideBytes + placement.offsets[buffer][cell.tile];
    const held = readElements(memory, element, address, bytes[isHost ? 0 : cell.tile] / elementBytes[element]);
    spread(held, cell, elementBytes[element], { whole, shape });
  }
  return whole;
}

/** Puts the elements of a cell where they belong in the whole. */
function spread(
  held: ElementValues,
  { start, count, strides, offset, block }: VariableCell,
  size: number,
  { whole, shape }: { readonly whole: ElementValues; readonly shape: readonly number[] },
): void {
  // By axis, how far each step of the cell goes, in what is held and in the whole.
  const outer = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  const steps = count.map((steps, axis) => {
    const inner = blockAlong(block, axis) ?? { size: 1, step: 0 };
    return Array.from(
      { length: steps },
      (_, i) => (Math.floor(i / inner.size) * strides[axis]) / size + (i % inner.size) * inner.step,
    );
  });
  const walk = (axis: number, from: number, to: number): void => {
    if (axis === count.length) {
      whole[to] = held[from];
      return;
    }
    for (let i = 0; i < count[axis]; i++) walk(axis + 1, from + steps[axis][i], to + (start[axis] + i) * outer[axis]);
  };
  walk(0, offset / size, 0);
}
