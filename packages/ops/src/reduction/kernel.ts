/**
 * The kernel of all reductions, in three forms:
 * - if the elements along a kept axis are neighbours, each lane of a vector is a result, and a turn computes sixteen results;
 * - if the elements along a reduced axis are neighbours, there are four vectors of partial results, joined at the end in a fixed order;
 * - otherwise it goes element by element, with any strides.
 * The choice, and so the bits of the result, depend on the strides of operand and result, and not on the number of workers.
 */
import type { KernelBuilder, KernelValue } from '@tessera-dnn/graph/kernel';
import { KernelNumbers, vectorOf } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import type { Fold, Lanes } from '../define/fold.ts';
import { emitNest, type NestPlace, spansOf } from '../define/nest.ts';
import { type OperandStream, operandStream } from '../define/stream.ts';
import { type ReductionAxes, spaceAxes } from './space.ts';

/** With so many neighbours or more, partial results in vectors are worth it. */
const vectorisedFrom = 8;

interface ReducedLoop {
  readonly count: number;
  readonly stride: number;
}

interface ReductionWriter {
  readonly k: KernelBuilder;
  readonly numbers: KernelNumbers;
  readonly fold: Fold;
  readonly input: OperandStream;
  /** The loops over the reduced axes, the outermost first. */
  readonly reduced: readonly ReducedLoop[];
}

/** Writes the whole kernel of a reduction of operand 0 over these axes. */
export function emitReduction(k: KernelBuilder, vertex: Vertex, axes: ReductionAxes, fold: Fold): void {
  const { box, sink, operands, context } = vertex;
  const rank = context.result.shape.length;
  const { ofOperand } = spaceAxes(axes, context.operands[0]);
  const numbers = new KernelNumbers(k);
  const first = ofOperand.map(axis => box.start[axis]);
  const input = operandStream(k, numbers, 0, operands[0], first);
  const along = (space: number): number => {
    const axis = ofOperand.indexOf(space);
    return axis < 0 ? 0 : input.strides[axis];
  };
  const count = box.count.slice(0, rank);
  const strides = count.map((_, axis) => along(axis));
  const reduced = reducedLoops(box.count.slice(rank).map((n, i) => ({ count: n, stride: along(rank + i) })));
  const writer: ReductionWriter = { k, numbers, fold, input, reduced };
  const { vectorAxis } = sink;
  const keptVectors = vectorAxis >= 0 && strides[vectorAxis] === input.bytes && count[vectorAxis] >= 4;
  const nest = { count, streams: [{ address: input.address, strides }], vectorAxis: keptVectors ? vectorAxis : -1 };
  emitNest(k, numbers, nest, place => {
    const cursor = sink.at(place.coordinates);
    if (place.width === 1) cursor.store(reduceOne(writer, place));
    else {
      for (const [i, value] of reduceNeighbours(writer, place).entries()) cursor.store(value, [[vectorAxis, 4 * i]]);
    }
  });
}

/** Leaves out axes of extent 1, sorts the others by stride, the longest first, and merges axes that can be walked with one stride. */
function reducedLoops(loops: readonly ReducedLoop[]): readonly ReducedLoop[] {
  const merged: ReducedLoop[] = [];
  for (const loop of loops.filter(({ count }) => count > 1).sort((a, b) => Math.abs(b.stride) - Math.abs(a.stride))) {
    const outer = merged.at(-1);
    if (outer !== undefined && outer.stride === loop.stride * loop.count) {
      merged[merged.length - 1] = { count: outer.count * loop.count, stride: loop.stride };
    } else merged.push(loop);
  }
  return merged;
}

/** `width` neighbouring results, four in each vector. */
function reduceNeighbours(writer: ReductionWriter, { addresses, width }: NestPlace): readonly KernelValue[] {
  const { fold } = writer;
  const states = Array.from({ length: width / 4 }, () => fold.start(4));
  walkReduced(writer, writer.reduced, addresses[0], (address, index) =>
    states.forEach((state, i) => {
      fold.take(state, loadNumber(writer, address, 4, 4 * i * writer.input.bytes), index);
    }),
  );
  return states.map(state => fold.result(state));
}

function reduceOne(writer: ReductionWriter, { addresses }: NestPlace): KernelValue {
  const { fold, reduced, input } = writer;
  const inner = reduced.at(-1);
  if (fold.join !== undefined && inner?.stride === input.bytes && inner.count >= vectorisedFrom) {
    return reduceRow(writer, fold.join, addresses[0], inner);
  }
  const state = fold.start(1);
  walkReduced(writer, reduced, addresses[0], (address, index) =>
    fold.take(state, loadNumber(writer, address, 1, 0), index),
  );
  return fold.result(state);
}

/** One result from contiguous rows, with up to four vectors of partial results, and a single one for the elements that are left of a row. */
function reduceRow(
  writer: ReductionWriter,
  join: NonNullable<Fold['join']>,
  start: KernelValue,
  row: ReducedLoop,
): KernelValue {
  const { k, numbers, fold, reduced, input } = writer;
  const spans = spansOf(row.count, [16, 4]);
  const vectors = Array.from({ length: Math.max(...spans.map(span => span.width)) / 4 }, () => fold.start(4));
  const rest = fold.start(1);
  const hasRest = row.count % 4 !== 0;
  walkReduced(writer, reduced.slice(0, -1), start, address => {
    for (const { start: first, width, turns } of spans) {
      const from = first === 0 ? address : k.add(address, numbers.field(`row start by ${width}`, first * input.bytes));
      k.loop(0, numbers.field(`row turns by ${width}`, turns), turn => {
        const here = k.add(from, k.mul(turn, width * input.bytes));
        if (width === 1) fold.take(rest, loadNumber(writer, here, 1, 0), turn);
        for (let i = 0; i < Math.floor(width / 4); i++) {
          fold.take(vectors[i], loadNumber(writer, here, 4, 4 * i * input.bytes), turn);
        }
      });
    }
  });
  const sum = joinLanes(
    k,
    join,
    joinPairs(
      join,
      vectors.map(state => fold.result(state)),
    ),
  );
  return hasRest ? join(sum, fold.result(rest)) : sum;
}

/** Joins neighbours first, so that the order is that of a balanced tree. */
function joinPairs(join: NonNullable<Fold['join']>, values: readonly KernelValue[]): KernelValue {
  if (values.length === 1) return values[0];
  const half = values.length / 2;
  return join(joinPairs(join, values.slice(0, half)), joinPairs(join, values.slice(half)));
}

function joinLanes(k: KernelBuilder, join: NonNullable<Fold['join']>, vector: KernelValue): KernelValue {
  const pairs = join(vector, k.shuffle(vector, vector, [2, 3, 0, 1]));
  return join(k.extract(pairs, 0), k.extract(pairs, 1));
}

/** Calls `visit` inside the loops over all reduced elements; `index` is the index of the innermost loop. */
function walkReduced(
  { k, numbers }: ReductionWriter,
  loops: readonly ReducedLoop[],
  start: KernelValue,
  visit: (address: KernelValue, index: KernelValue) => void,
): void {
  const level = (depth: number, address: KernelValue, index: KernelValue): void => {
    if (depth === loops.length) {
      visit(address, index);
      return;
    }
    const { count, stride } = loops[depth];
    k.loop(0, numbers.field(`reduced ${depth}`, count), turn =>
      level(depth + 1, numbers.step(address, turn, `reduced stride ${depth}`, stride), turn),
    );
  };
  level(0, start, k.i32(0));
}

/** Loads one element or four neighbours, `offset` bytes after the address, as numbers; truth values become 0 or 1 in f32. */
export function loadNumber(
  writer: Pick<ReductionWriter, 'k' | 'input'>,
  address: KernelValue,
  lanes: Lanes,
  offset: number,
): KernelValue {
  const { k, input } = writer;
  const value = k.load(lanes === 4 ? vectorOf(input.type) : input.type, address, offset);
  return input.type === 'bool' ? k.convert(k.widen(value)) : value;
}
