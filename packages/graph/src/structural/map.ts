/**
 * The kernel of `map`, of plain elementwise nodes and of `combine`: an expression over a box, every operand with strides of its own.
 *
 * 1. Axes that all streams walk in one stride merge; loops nest in the order in which the result lies in memory.
 * 2. A source that stands still in the inner loops, and every step that depends on such sources only, is evaluated outside of them.
 * 3. The innermost loop works on vectors where the result's neighbours lie one element apart and the operands' too (or stand still);
 *    long loops take four vectors a turn; a rest of less than a vector is done element by element.
 * 4. The workers divide the outermost loop that has turns enough for all of them.
 *
 * Each element is read before it is written and never after: the result may lie over an operand of the same shape and strides.
 */
import type { Box } from '../box.ts';
import type { ScalarStep } from '../graph.ts';
import type { KernelBuilder } from '../kernel/builder.ts';
import type { KernelValue } from '../kernel/code.ts';
import { vectorOf } from '../kernel/code.ts';
import { combineRegisters } from '../kernel/combine.ts';
import { KernelNumbers } from '../kernel/numbers.ts';
import { constantStep, emitConstant, emitStep, emitStoredStep } from '../kernel/scalar-steps.ts';
import type { Stream } from '../kernel/stream.ts';
import type { Combine } from '../op/split.ts';
import type { OpTable } from '../op/table.ts';
import type { ElementType } from '../types.ts';
import type { LoopAxis } from './axes.ts';
import { loopAxes, sharedLoop, vectorises } from './axes.ts';

/** Partial results that lie `strideBytes` apart, to be combined in order before the expression sees them. */
export interface Parts {
  readonly count: number;
  readonly strideBytes: number;
  readonly combine: Combine;
}

export interface MapKernel {
  readonly box: Box;
  readonly sources: readonly Stream[];
  /** What source 0 has to be combined from; absent on maps. */
  readonly parts?: Parts;
  readonly result: Stream;
  /** The element type of the result in memory, where a store may have to saturate; absent where steps do so themselves. */
  readonly stored?: ElementType;
  /** The steps of the expression; without any, source 0 is copied. */
  readonly steps: readonly ScalarStep[];
}

/** Four vectors a turn pay from this many elements on, and for expressions of at most so many steps. */
const unrolledFrom = 64;
const unrolledSteps = 6;

/** Writes the kernel of `map` with `k`; the elementwise operations of its steps are found in `table`. */
export function emitMap(k: KernelBuilder, table: OpTable, map: MapKernel): void {
  new MapWriter(k, table, map).write();
}

class MapWriter {
  readonly #k: KernelBuilder;
  readonly #table: OpTable;
  readonly #map: MapKernel;
  readonly #streams: readonly Stream[];
  readonly #loops: readonly LoopAxis[];
  readonly #vector: boolean;
  readonly #shared: number;
  /** The loop depth at which each value (sources, then steps) is known; 0 is outside all loops. */
  readonly #depth: readonly number[];
  readonly #elements: readonly ElementType[];
  readonly #numbers: KernelNumbers;
  readonly #scalars: KernelValue[] = [];
  readonly #splats: KernelValue[] = [];

  constructor(k: KernelBuilder, table: OpTable, map: MapKernel) {
    this.#k = k;
    this.#table = table;
    this.#map = map;
    this.#numbers = new KernelNumbers(k);
    this.#streams = [...map.sources, map.result];
    const loops = loopAxes(
      map.box.count,
      this.#streams,
      map.box.count.map((_, axis) => axis),
      map.sources.length,
    );
    this.#loops = loops.length > 0 ? loops : [{ count: 1, strides: this.#streams.map(() => 0) }];
    const inner = this.#loops[this.#loops.length - 1];
    this.#vector = vectorises(inner, this.#streams) && inner.strides[map.sources.length] > 0;
    this.#shared = sharedLoop(
      this.#loops.map(({ count }, i) => (i === this.#loops.length - 1 && this.#vector ? Math.ceil(count / 4) : count)),
    );
    this.#depth = depths(map, this.#loops);
    this.#elements = [...map.sources.map(s => s.element), ...map.steps.map(s => s.element)];
  }

  write(): void {
    const addresses = this.#streams.map(({ slot, startBytes }, s) =>
      this.#numbers.offset(this.#k.address(slot), `start ${s}`, startBytes),
    );
    this.#level(0, addresses);
  }

  /** All that is known at `depth`, then the loop below it. */
  #level(depth: number, addresses: readonly KernelValue[]): void {
    this.#known(depth, addresses);
    const loop = this.#loops[depth];
    if (depth === this.#loops.length - 1) this.#innermost(loop, addresses);
    else this.#outer(depth, loop, addresses);
  }

  #outer(depth: number, loop: LoopAxis, addresses: readonly KernelValue[]): void {
    const turns = (from: KernelValue | number, to: KernelValue | number): void =>
      this.#k.loop(from, to, index =>
        this.#level(
          depth + 1,
          addresses.map((base, s) => this.#numbers.step(base, index, `stride ${depth}.${s}`, loop.strides[s])),
        ),
      );
    const count = this.#numbers.field(`count ${depth}`, loop.count);
    if (depth === this.#shared) this.#k.share(count, turns);
    else turns(0, count);
  }

  /** Evaluates the values whose depth is `depth`, which is outside of the innermost loop. */
  #known(depth: number, addresses: readonly KernelValue[]): void {
    const sources = this.#map.sources.length;
    this.#depth.forEach((own, value) => {
      if (own !== depth || own === this.#loops.length) return;
      const scalar =
        value < sources ? this.#load(value, addresses[value], 0, 1) : this.#step(value - sources, this.#scalars, 1);
      this.#scalars[value] = scalar;
      if (this.#vector && this.#usedInside(value)) this.#splats[value] = this.#k.splat(scalar);
    });
  }

  #usedInside(value: number): boolean {
    const sources = this.#map.sources.length;
    const last = sources + this.#map.steps.length - 1;
    return (
      value === last ||
      this.#map.steps.some((step, i) => step.args.includes(value) && this.#depth[sources + i] === this.#loops.length)
    );
  }

  #innermost(loop: LoopAxis, addresses: readonly KernelValue[]): void {
    const shared = this.#shared === this.#loops.length - 1;
    if (!this.#vector) {
      const count = this.#numbers.field('count', loop.count);
      if (shared) this.#k.share(count, (from, to) => this.#scalarLoop(loop, addresses, from, to));
      else this.#scalarLoop(loop, addresses, 0, count);
    } else if (shared) {
      this.#sharedVectors(loop, addresses);
    } else {
      this.#vectorLoops(loop, addresses, 0, loop.count, (end, granule) =>
        this.#numbers.field(`end ${granule}`, Number(end) - (Number(end) % granule)),
      );
    }
  }

  /** Workers take whole vectors; the last one also takes what is left of a vector. */
  #sharedVectors(loop: LoopAxis, addresses: readonly KernelValue[]): void {
    const k = this.#k;
    const count = this.#numbers.field('count', loop.count);
    k.share(this.#numbers.field('vectors', Math.ceil(loop.count / 4)), (from, to) => {
      const first = k.shl(from, 2);
      const end = loop.count % 4 === 0 ? k.shl(to, 2) : k.min(k.shl(to, 2), count);
      this.#vectorLoops(loop, addresses, first, end, (_, granule) =>
        granule === 4 && loop.count % 4 === 0 ? end : k.sub(end, k.and(k.sub(end, first), granule - 1)),
      );
    });
  }

  /** Four vectors a turn, then one, then single elements. `round(end, n)` is the end of the last whole group of n elements. */
  #vectorLoops(
    loop: LoopAxis,
    addresses: readonly KernelValue[],
    from: KernelValue | number,
    end: KernelValue | number,
    round: (end: KernelValue | number, granule: number) => KernelValue,
  ): void {
    const unrolled = loop.count >= unrolledFrom && this.#map.steps.length <= unrolledSteps && !this.#map.parts;
    let next = from;
    if (unrolled) {
      const stop = round(end, 16);
      this.#k.loop(next, stop, index => this.#chunks(loop, addresses, index, 4, 4), 16);
      next = stop;
    }
    const stop = round(end, 4);
    this.#k.loop(next, stop, index => this.#chunks(loop, addresses, index, 4, 1), 4);
    if (loop.count % 4 !== 0) {
      const last = typeof end === 'number' ? this.#numbers.field('count', end) : end;
      this.#scalarLoop(loop, addresses, stop, last);
    }
  }

  #scalarLoop(
    loop: LoopAxis,
    addresses: readonly KernelValue[],
    from: KernelValue | number,
    to: KernelValue | number,
  ): void {
    this.#k.loop(from, to, index => this.#chunks(loop, addresses, index, 1, 1));
  }

  /** `chunks` neighbouring scalars or vectors from element `index` of the innermost loop on. */
  #chunks(loop: LoopAxis, addresses: readonly KernelValue[], index: KernelValue, lanes: 1 | 4, chunks: number): void {
    const here = this.#elementAddresses(loop, addresses, index);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const value = this.#evaluate(here, chunk * lanes, lanes);
      const { bytes } = this.#map.result;
      this.#k.store(here[here.length - 1], value, chunk * lanes * bytes);
    }
  }

  #elementAddresses(loop: LoopAxis, addresses: readonly KernelValue[], index: KernelValue): KernelValue[] {
    let words: KernelValue | undefined;
    return addresses.map((base, s) => {
      const stride = loop.strides[s];
      if (stride === 0) return base;
      if (stride === 1) return this.#k.add(base, index);
      if (stride === 4) return this.#k.add(base, (words ??= this.#k.shl(index, 2)));
      return this.#numbers.step(base, index, `stride inner.${s}`, stride);
    });
  }

  /** The last value at the given place, `offset` elements after `addresses`. */
  #evaluate(addresses: readonly KernelValue[], offset: number, lanes: 1 | 4): KernelValue {
    const values = lanes === 4 ? [...this.#splats] : [...this.#scalars];
    this.#depth.forEach((depth, value) => {
      if (depth < this.#loops.length) return;
      const step = value - this.#map.sources.length;
      values[value] = step < 0 ? this.#load(value, addresses[value], offset, lanes) : this.#step(step, values, lanes);
    });
    return values[this.#depth.length - 1];
  }

  #step(index: number, values: readonly KernelValue[], lanes: 1 | 4): KernelValue {
    const step = this.#map.steps[index];
    if (step.op === constantStep) return emitConstant(this.#k, this.#numbers, step, `constant ${index}`);
    const last = index === this.#map.steps.length - 1 && step.element === this.#map.stored;
    const emit = last ? emitStoredStep : emitStep;
    const args = step.args.map(arg => values[arg]);
    const elements = step.args.map(arg => this.#elements[arg]);
    const result = emit(this.#k, this.#table, step, args, elements);
    return lanes === 4 ? this.#k.splat(result) : result;
  }

  #load(source: number, address: KernelValue, offset: number, lanes: 1 | 4): KernelValue {
    const { element, bytes } = this.#streams[source];
    const type = lanes === 4 ? vectorOf(element) : element;
    const { parts } = this.#map;
    if (source !== 0 || parts === undefined) return this.#k.load(type, address, offset * bytes);
    const sum = this.#k.cell(this.#k.load(type, address, offset * bytes));
    this.#k.loop(1, this.#numbers.field('parts', parts.count), part => {
      const place = this.#numbers.step(address, part, 'part stride', parts.strideBytes);
      this.#k.set(
        sum,
        combineRegisters(this.#k, parts.combine, this.#k.get(sum), this.#k.load(type, place, offset * bytes)),
      );
    });
    return this.#k.get(sum);
  }
}

function depths(map: MapKernel, loops: readonly LoopAxis[]): number[] {
  const result = map.sources.map((_, s) => loops.findLastIndex(loop => loop.strides[s] !== 0) + 1);
  for (const { args } of map.steps) result.push(Math.max(0, ...args.map(arg => result[arg])));
  return result;
}
