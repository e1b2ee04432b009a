/**
 * The copy of words whose neighbours in the source become neighbours of another loop in the target (a change from channels-first to
 * channels-last, say): four by four words at a time are read as rows, turned in registers, and written as rows.
 *
 * What four does not divide is carried word by word. The inner loop is the one with fewer turns, so that the lines of memory that the
 * other side touches stay in the cache until all of their words have been used.
 */
import type { KernelBuilder } from '../kernel/builder.ts';
import type { KernelValue } from '../kernel/code.ts';
import { KernelNumbers } from '../kernel/numbers.ts';
import { sharedLoop } from './axes.ts';
import type { CopyLoop } from './copy-nest.ts';

/** The two loops that trade places, and the ones around them. */
export interface Transposition {
  /** Neighbours in the source: `fromBytes` is 4. */
  readonly rows: CopyLoop;
  /** Neighbours in the target: `toBytes` is 4. */
  readonly columns: CopyLoop;
  readonly outer: readonly CopyLoop[];
}

/** Undefined if the copy is no transposition of at least four by four words. */
export function transpositionOf(loops: readonly CopyLoop[]): Transposition | undefined {
  const rows = loops.find(loop => loop.fromBytes === 4 && loop.toBytes !== 4 && loop.count >= 4);
  const columns = loops.find(loop => loop.toBytes === 4 && loop.fromBytes !== 4 && loop.count >= 4);
  if (!rows || !columns) return undefined;
  return { rows, columns, outer: loops.filter(loop => loop !== rows && loop !== columns) };
}

/** Writes the copy from slot 0 to slot 1 with `k`. All loops count words and step in bytes; the two slots may not overlap. */
export function emitTranspose(k: KernelBuilder, { rows, columns, outer }: Transposition): void {
  const numbers = new KernelNumbers(k);
  const shared = sharedOuter(k, { rows, columns, outer });
  const around = (depth: number, from: KernelValue, to: KernelValue): void => {
    const loop = outer[depth];
    if (loop === undefined) {
      new TileWriter(k, numbers, rows, columns, shared < 0).write(from, to);
      return;
    }
    const count = numbers.field(`count ${depth}`, loop.count);
    const turns = (first: KernelValue | number, end: KernelValue) =>
      k.loop(first, end, i =>
        around(
          depth + 1,
          numbers.step(from, i, `from ${depth}`, loop.fromBytes),
          numbers.step(to, i, `to ${depth}`, loop.toBytes),
        ),
      );
    if (depth === shared) k.share(count, turns);
    else turns(0, count);
  };
  around(0, k.address(0), k.address(1));
}

/** The outer loop whose turns threads divide; -1 if workers divide the tiles inside. */
function sharedOuter(k: KernelBuilder, { rows, columns, outer }: Transposition): number {
  if (!k.divided || outer.length === 0) return -1;
  const inside = Math.floor(Math.max(rows.count, columns.count) / 4);
  const most = sharedLoop([...outer.map(({ count }) => count), inside]);
  return most < outer.length ? most : -1;
}

/** Rows or columns by number, the last one not counted. */
interface Range {
  readonly from: KernelValue | number;
  readonly to: KernelValue;
}

class TileWriter {
  readonly #k: KernelBuilder;
  readonly #numbers: KernelNumbers;
  readonly #rows: CopyLoop;
  readonly #columns: CopyLoop;
  readonly #divides: boolean;

  /** `divides`: the workers divide its work; else whoever runs it does all of it. */
  constructor(k: KernelBuilder, numbers: KernelNumbers, rows: CopyLoop, columns: CopyLoop, divides: boolean) {
    this.#k = k;
    this.#numbers = numbers;
    this.#rows = rows;
    this.#columns = columns;
    this.#divides = divides;
  }

  write(from: KernelValue, to: KernelValue): void {
    const [rows, columns] = [this.#whole('rows', this.#rows), this.#whole('columns', this.#columns)];
    const tile = (row: KernelValue, column: KernelValue) =>
      this.#tile(this.#source(from, row, column), this.#target(to, row, column));
    if (this.#rows.count >= this.#columns.count) {
      this.#shared(rows, row => this.#k.loop(0, columns, column => tile(row, column), 4));
    } else this.#shared(columns, column => this.#k.loop(0, rows, row => tile(row, column), 4));
    if (this.#columns.count % 4 !== 0) {
      const rest = { from: columns, to: this.#all('columns', this.#columns) };
      this.#words(from, to, { from: 0, to: rows }, rest);
    }
    if (this.#rows.count % 4 !== 0) {
      const rest = { from: rows, to: this.#all('rows', this.#rows) };
      this.#words(from, to, rest, { from: 0, to: this.#all('columns', this.#columns) });
    }
  }

  #all(role: string, loop: CopyLoop): KernelValue {
    return this.#numbers.field(`all ${role}`, loop.count);
  }

  /** The part of a loop that four divides. */
  #whole(role: string, loop: CopyLoop): KernelValue {
    return this.#numbers.field(`whole ${role}`, loop.count - (loop.count % 4));
  }

  /** Loops in steps of four, the steps divided among the workers. */
  #shared(count: KernelValue, body: (index: KernelValue) => void): void {
    const k = this.#k;
    this.#share(k.shr(count, 2), (from, to) => k.loop(from, to, step => body(k.shl(step, 2))));
  }

  #share(count: KernelValue, body: (from: KernelValue | number, to: KernelValue) => void): void {
    if (this.#divides) this.#k.share(count, body);
    else body(0, count);
  }

  #source(from: KernelValue, row: KernelValue, column: KernelValue): KernelValue {
    return this.#numbers.step(this.#k.add(from, this.#k.shl(row, 2)), column, 'column stride', this.#columns.fromBytes);
  }

  #target(to: KernelValue, row: KernelValue, column: KernelValue): KernelValue {
    return this.#numbers.step(this.#k.add(to, this.#k.shl(column, 2)), row, 'row stride', this.#rows.toBytes);
  }

  #tile(source: KernelValue, target: KernelValue): void {
    const k = this.#k;
    const read = (column: number) =>
      k.load('i32x4', this.#numbers.step(source, k.i32(column), 'column stride', this.#columns.fromBytes));
    const [a, b, c, d] = [0, 1, 2, 3].map(read);
    const low = [k.shuffle(a, b, [0, 4, 1, 5]), k.shuffle(c, d, [0, 4, 1, 5])] as const;
    const high = [k.shuffle(a, b, [2, 6, 3, 7]), k.shuffle(c, d, [2, 6, 3, 7])] as const;
    const turned = [low, high].flatMap(([x, y]) => [k.shuffle(x, y, [0, 1, 4, 5]), k.shuffle(x, y, [2, 3, 6, 7])]);
    turned.forEach((row, i) => {
      k.store(this.#numbers.step(target, k.i32(i), 'row stride', this.#rows.toBytes), row);
    });
  }

  /** Word by word; the rows are divided among the workers. */
  #words(from: KernelValue, to: KernelValue, rows: Range, columns: Range): void {
    const k = this.#k;
    this.#share(k.sub(rows.to, rows.from), (begin, end) =>
      k.loop(begin, end, i => {
        const row = k.add(i, rows.from);
        k.loop(columns.from, columns.to, column => {
          k.store(this.#target(to, row, column), k.load('i32', this.#source(from, row, column)));
        });
      }),
    );
  }
}
