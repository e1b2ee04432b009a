/** Exchange phases under construction: the copies every tile performs before the next compute phase. */
import { InternalError } from '@tessera/diagnostics';
import {
  type Box,
  boxElements,
  elementBytes,
  type Layout,
  layoutStrides,
  type Origin,
  type TensorType,
} from '@tessera/graph';
import type { CellView, Home } from '../geometry/home.ts';
import { type CellLoop, lattices } from '../geometry/lattice.ts';
import { copyNests, type Nest } from '../geometry/nest.ts';
import { type BufferId, copyWidth } from '../program.ts';
import { tileStage } from '../stages.ts';
import type { Assembly } from './assembly.ts';

export class Exchange {
  readonly #assembly: Assembly;
  readonly #name: string;
  readonly #origin: Origin;
  #copies = new Float64Array(64 * copyWidth);
  #length = 0;

  constructor(assembly: Assembly, name: string, origin: Origin) {
    this.#assembly = assembly;
    this.#name = name;
    this.#origin = origin;
  }

  /** Adds one copy, performed by `tile`, from `fromTile` and the tiles that `spread` adds. */
  copy(
    tile: number,
    nest: Nest,
    bytes: number,
    from: BufferId,
    fromTile: number,
    to: BufferId,
    toTile: number,
    spread = 0,
  ): void {
    const id = this.#assembly.copyClass(nest.loops, bytes);
    this.#add([tile, id, from, fromTile, nest.from, to, toTile, nest.to, nest.elements * bytes, spread]);
  }

  fill(tile: number, nest: Nest, type: TensorType, value: number, to: BufferId): void {
    const id = this.#assembly.fillClass(nest.loops, type, value);
    this.#add([tile, id, -1, tile, 0, to, tile, nest.to, nest.elements * elementBytes[type.element], 0]);
  }

  #add(columns: readonly number[]): void {
    if (this.#length + copyWidth > this.#copies.length) {
      const larger = new Float64Array(this.#copies.length * 2);
      larger.set(this.#copies);
      this.#copies = larger;
    }
    for (let i = 0; i < copyWidth; i++) this.#copies[this.#length + i] = columns[i];
    this.#length += copyWidth;
  }

  /** Brings `region` of `source` into a dense buffer in `layout` on `tile`. */
  gather(source: Home, region: Box, layout: Layout, tile: number, to: BufferId, toOffset = 0): void {
    const target: CellView = {
      box: region,
      strides: layoutStrides(layout, region.count).axes,
      offset: toOffset,
      block: layout.block,
    };
    this.bring(source, region, target, tile, to);
  }

  /** The same into any strided place; positions along the target's axes count region elements. */
  bring(source: Home, region: Box, target: CellView, tile: number, to: BufferId): void {
    const bytes = elementBytes[source.type.element];
    const carry = (nest: Nest, fromTile: number, spread?: number) => {
      this.copy(tile, nest, bytes, source.buffer, fromTile, to, tile, spread);
      brought += nest.elements;
    };
    let brought = 0;
    if (source.where === 'everywhere') {
      for (const nest of copyNests(region, source.cell(0), target, bytes)) carry(nest, tile);
    } else {
      for (const { cell, loops } of lattices(region, source, target)) {
        const spread = this.#assembly.spread(loops);
        for (const nest of copyNests(region, source.cell(cell), target, bytes))
          carry(loops.length === 0 ? nest : overTiles(nest, loops, bytes), source.grid.tileOf[cell], spread);
      }
    }
    if (brought !== boxElements(region))
      throw new InternalError(tileStage.name, `${brought} of ${boxElements(region)} elements are gathered`, this.#name);
  }

  /** Appends the phase, if there is anything to do. */
  finish(): void {
    if (this.#length === 0) return;
    this.#assembly.phase({
      kind: 'exchange',
      name: this.#name,
      origin: this.#origin,
      copies: this.#copies.slice(0, this.#length),
    });
  }
}

/** `nest` repeated for the other cells of its lattice. */
function overTiles(nest: Nest, cells: readonly CellLoop[], bytes: number): Nest {
  const outer = cells.map(({ count, tiles, to }) => ({ count, tiles, from: 0, to: to * bytes }));
  const elements = cells.reduce((product, { count }) => product * count, nest.elements);
  return { ...nest, loops: [...outer, ...nest.loops], elements };
}
