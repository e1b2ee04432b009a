/** Exchange phases under construction: the copies every tile performs before the next compute phase. */
import { InternalError } from '@tessera-dnn/diagnostics';
import {
  type Box,
  boxElements,
  elementBytes,
  type Layout,
  layoutStrides,
  type Origin,
  type TensorType,
} from '@tessera-dnn/graph';
import { type Copy, CopyList } from '../copies.ts';
import { cellBox } from '../geometry/grid.ts';
import type { CellView, Home } from '../geometry/home.ts';
import { type CellLoop, lattices } from '../geometry/lattice.ts';
import { copyNests, type Nest } from '../geometry/nest.ts';
import { Sequences } from '../geometry/sequences.ts';
import type { BufferId, ExchangePhase } from '../program.ts';
import { tileStage } from '../stages.ts';
import type { Codes } from './codes.ts';

/** A buffer on a tile; the tile of a host buffer means nothing. */
export interface BufferOnTile {
  readonly buffer: BufferId;
  readonly tile: number;
}

/** A copy that `tile` performs, in elements of so many bytes; `from` its own tile and the others that `spread` adds. */
export interface NestCopy {
  readonly tile: number;
  readonly nest: Nest;
  readonly bytes: 1 | 2 | 4;
  readonly from: BufferOnTile;
  readonly to: BufferOnTile;
  readonly spread?: number;
}

/** The same value wherever the target of `nest` goes. */
export interface NestFill {
  readonly tile: number;
  readonly nest: Nest;
  readonly type: TensorType;
  readonly value: number;
  readonly to: BufferId;
}

/** What brings regions of one home to where they are wanted, found once for all tiles that want the same in the same places. */
interface Brought {
  /** A region and where its elements go, as numbers. */
  readonly asked: Sequences;
  /** By the number of what is asked; as for any target tile of any buffer. */
  readonly copies: Copy[][];
}

/** Collects copies and fills; `phases` then gives them as one exchange phase, or as none if there is nothing to copy. */
export class Exchange {
  readonly #codes: Codes;
  readonly #name: string;
  readonly #origin: Origin;
  readonly #copies = new CopyList();
  readonly #brought = new Map<Home, Brought>();

  constructor(codes: Codes, name: string, origin: Origin) {
    this.#codes = codes;
    this.#name = name;
    this.#origin = origin;
  }

  /** Adds one copy. */
  copy(copy: NestCopy): void {
    this.#copies.add(this.#asCopy(copy));
  }

  #asCopy({ tile, nest, bytes, from, to, spread = 0 }: NestCopy): Copy {
    return {
      tile,
      class: this.#codes.copyClass(nest.loops, bytes),
      from: from.buffer,
      fromTile: from.tile,
      fromOffset: nest.from,
      to: to.buffer,
      toTile: to.tile,
      toOffset: nest.to,
      bytes: nest.elements * bytes,
      spread,
    };
  }

  /** Adds one fill. */
  fill({ tile, nest, type, value, to }: NestFill): void {
    const id = this.#codes.fillClass(nest.loops, type, value);
    const bytes = nest.elements * elementBytes[type.element];
    const nowhere = { from: -1, fromTile: tile, fromOffset: 0 } as const;
    this.#copies.add({ tile, class: id, ...nowhere, to, toTile: tile, toOffset: nest.to, bytes, spread: 0 });
  }

  /** Brings `region` of `source` into a dense buffer in `layout`. */
  gather(source: Home, region: Box, layout: Layout, to: BufferOnTile): void {
    const strides = layoutStrides(layout, region.count).axes;
    this.bring(source, region, { box: region, strides, offset: 0, block: layout.block }, to);
  }

  /** The same into any strided place; positions along the target's axes count region elements. */
  bring(source: Home, region: Box, target: CellView, to: BufferOnTile): void {
    let brought = this.#brought.get(source);
    if (!brought) this.#brought.set(source, (brought = { asked: new Sequences(), copies: [] }));
    const asked = brought.asked.numberOf(asNumbers(region, target));
    const copies = (brought.copies[asked] ??= this.#copiesOf(source, region, target));
    const isNear = source.where === 'everywhere';
    for (const copy of copies) this.#copies.addTo(copy, isNear ? to.tile : copy.fromTile, to);
  }

  /** The copies that bring `region`; of what every tile has, those of any tile. */
  #copiesOf(source: Home, region: Box, target: CellView): Copy[] {
    const bytes = elementBytes[source.type.element];
    const copies: Copy[] = [];
    let brought = 0;
    const carry = (nest: Nest, tile: number, spread?: number) => {
      const place = { buffer: source.buffer, tile };
      copies.push(this.#asCopy({ tile, nest, bytes, from: place, to: place, spread }));
      brought += nest.elements;
    };
    if (source.where === 'everywhere') {
      for (const nest of copyNests(region, source.cell(0), target, bytes)) carry(nest, 0);
    } else {
      for (const { cell, loops } of lattices(region, source, target)) {
        const spread = this.#codes.spread(loops);
        for (const nest of copyNests(region, source.cell(cell), target, bytes))
          carry(loops.length === 0 ? nest : overTiles(nest, loops, bytes), source.grid.tileOf[cell], spread);
      }
    }
    if (brought !== boxElements(region))
      throw new InternalError(tileStage.name, `${brought} of ${boxElements(region)} elements are gathered`, this.#name);
    return copies;
  }

  /** Brings all elements of `source` to where `target` has them. */
  bringAll(source: Home, target: Home): void {
    for (let cell = 0; cell < target.grid.tileOf.length; cell++) {
      const box = cellBox(target.grid.cuts, cell);
      this.bring(source, box, target.cell(cell), { buffer: target.buffer, tile: target.grid.tileOf[cell] });
    }
  }

  /** The phase; none if there is nothing to do. `round`: whose part of the operands it brings. */
  phases(round?: number): readonly ExchangePhase[] {
    const copies = this.#copies.copies();
    if (copies.count === 0) return [];
    return [
      { kind: 'exchange', name: this.#name, origin: this.#origin, copies, ...(round !== undefined && { round }) },
    ];
  }
}

/** `nest` repeated for the other cells of its lattice. */
function overTiles(nest: Nest, cells: readonly CellLoop[], bytes: number): Nest {
  const outer = cells.map(({ count, tiles, to }) => ({ count, tiles, from: 0, to: to * bytes }));
  const elements = cells.reduce((product, { count }) => product * count, nest.elements);
  return { ...nest, loops: [...outer, ...nest.loops], elements };
}

/** All that decides which copies bring a region to a target, on whatever tile that is. */
function asNumbers({ start, count, step }: Box, { strides, offset, block }: CellView): readonly number[] {
  const { axis = -1, size = 1, lanes } = block ?? {};
  return [...start, ...count, ...step, ...strides, offset, axis, size, lanes?.axis ?? -1, lanes?.size ?? 1];
}
