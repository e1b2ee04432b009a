/**
 * The kernel of all reductions, in three forms:
 * - neighbours of a kept axis, one vector lane per result, sixteen results a turn;
 * - neighbours of a reduced axis, four vectors of partial results, joined at the end in a fixed order;
 * - element by element, whatever the strides.
 * Which one runs depends on the strides of the operand and the result, not on the numbers of workers, and so do the bits of the result.
 */
import type { KernelBuilder, KernelValue, Vertex } from '@tessera/graph';
import { KernelNumbers, vectorOf } from '@tessera/graph';
import type { Fold, Lanes } from '../define/fold.ts';
import { emitNest, type Place, spansOf } from '../define/nest.ts';
import { type OperandStream, operandStream } from '../define/stream.ts';
import { type ReductionAxes, spaceAxes } from './space.ts';

/** From this many neighbours on, partial results in vectors pay. */
const vectorisedFrom = 8;

interface ReducedLoop {
  readonly count: number;
  readonly stride: number;
}

interface Writer {
  readonly k: KernelBuilder;
  readonly numbers: KernelNumbers;
  readonly fold: Fold;
  readonly input: OperandStream;
  /** Outermost first. */
  readonly reduced: readonly ReducedLoop[];
}

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
  const writer: Writer = { k, numbers, fold, input, reduced };
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

/** Drops axes of extent 1, puts long strides outside, and merges axes that are walked in one stride. */
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

/** `place.width` results side by side, four to a vector. */
function reduceNeighbours(writer: Writer, { addresses, width }: Place): readonly KernelValue[] {
  const { fold } = writer;
  const states = Array.from({ length: width / 4 }, () => fold.start(4));
  walkReduced(writer, writer.reduced, addresses[0], (address, index) =>
    states.forEach((state, i) => {
      fold.take(state, loadNumber(writer, address, 4, 4 * i * writer.input.bytes), index);
    }),
  );
  return states.map(state => fold.result(state));
}

function reduceOne(writer: Writer, { addresses }: Place): KernelValue {
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

/** One result from contiguous rows: up to four vectors of partial results and one for what is left of a row. */
function reduceRow(writer: Writer, join: NonNullable<Fold['join']>, start: KernelValue, row: ReducedLoop): KernelValue {
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

/** Neighbours first, so that the order is that of a balanced tree. */
function joinPairs(join: NonNullable<Fold['join']>, values: readonly KernelValue[]): KernelValue {
  if (values.length === 1) return values[0];
  const half = values.length / 2;
  return join(joinPairs(join, values.slice(0, half)), joinPairs(join, values.slice(half)));
}

function joinLanes(k: KernelBuilder, join: NonNullable<Fold['join']>, vector: KernelValue): KernelValue {
  const pairs = join(vector, k.shuffle(vector, vector, [2, 3, 0, 1]));
  return join(k.extract(pairs, 0), k.extract(pairs, 1));
}

/** Visits every reduced element; `index` counts along the innermost axis. */
function walkReduced(
  { k, numbers }: Writer,
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

/** An element as a number: a truth value counts as 0 or 1 in f32. */
export function loadNumber(
  writer: Pick<Writer, 'k' | 'input'>,
  address: KernelValue,
  lanes: Lanes,
  offset: number,
): KernelValue {
  const { k, input } = writer;
  const value = k.load(lanes === 4 ? vectorOf(input.type) : input.type, address, offset);
  return input.type === 'bool' ? k.convert(k.widen(value)) : value;
}
