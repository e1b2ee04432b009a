/**
 * The kernel of `row`: expressions and reductions over rows of a box, in as few passes over each row as the reductions allow.
 *
 * Three ways through the row, by where its elements lie:
 * - *along*: neighbours of the row lie one element apart: four of them at a time, one vector accumulator per reduction, whose lanes
 *   are combined at the end (so sums are not in the order of the elements);
 * - *across*: neighbouring *rows* lie one element apart: four rows at a time, each in a lane of its own, sums in order; sixteen where
 *   code is made for its sizes, so that each line of memory is read once;
 * - one element after the other.
 * The workers divide the rows, never a row.
 */
import type { BodyStep } from '../graph.ts';
import type { KernelBuilder } from '../kernel/builder.ts';
import type { KernelValue } from '../kernel/code.ts';
import { KernelNumbers } from '../kernel/numbers.ts';
import { streamOf } from '../kernel/stream.ts';
import type { VertexSpec } from '../kernel/vertex-spec.ts';
import type { OpTable } from '../op/table.ts';
import type { View } from '../op/vertex.ts';
import { sameShape } from '../types.ts';
import type { LoopAxis } from './axes.ts';
import { loopAxes, sharedLoop, vectorises } from './axes.ts';
import { rowAttributes } from './row-attributes.ts';
import { writeRowBody } from './row-body.ts';
import type { RowKernel } from './row-kernel.ts';
import type { RowShape } from './row-plan.ts';
import { isReduction, planRow } from './row-plan.ts';
import { perRowView, rowBox, rowSpace } from './row-space.ts';

/** Four vectors of rows a turn pay for expressions of at most so many steps; more would not stay in registers. */
const unrolledSteps = 8;

/** Writes the kernel of the `row` node of `spec` with `k`, its epilogue (per row) included. */
export function emitRow(k: KernelBuilder, table: OpTable, spec: VertexSpec): void {
  const space = rowSpace(spec.node, spec.context.result);
  const { axes, full } = space;
  const isRowAxis = full.map((_, axis) => axes.includes(axis));
  const box = rowBox(space, spec.box);
  const own = spec.node.epilogue?.firstOperand ?? spec.operands.length;
  const isFull = space.combine.length === 0 && sameShape(spec.result.type.shape, full);
  const perRow = (view: View): View => (isFull ? view : perRowView(view, space));
  const operands = spec.operands.map((view, i) => (i < own ? view : perRow(view)));
  const views = [...operands, perRow(spec.result)];
  const streams = views.map((view, slot) => streamOf(slot, view, box));
  const leader = streams.length - 1;
  const every = full.map((_, axis) => axis);
  const rowLoops = loopAxes(
    box.count,
    streams,
    every.filter(axis => isRowAxis[axis]),
    leader,
  );
  const outer = loopAxes(
    box.count,
    streams,
    every.filter(axis => !isRowAxis[axis]),
    leader,
  );
  const still: LoopAxis = { count: 1, strides: streams.map(() => 0) };
  if (rowLoops.length === 0) rowLoops.push(still);
  if (outer.length === 0) outer.push(still);
  const { stack = 1 } = rowAttributes(spec.node.attributes);
  const shape: RowShape = {
    steps: stepsOf(spec),
    sources: rowSources(operands, full, isRowAxis),
    full: isFull,
    results: stack,
    element: spec.result.type.element,
  };
  const kernel: RowKernel = {
    k,
    table,
    numbers: new KernelNumbers(k),
    streams,
    shape,
    plan: planRow(shape, table),
    rowLoops,
    along: vectorises(rowLoops[rowLoops.length - 1], streams),
    neighbours: outer[outer.length - 1].strides,
    stackBytes: stack > 1 ? spec.result.strides[0] * streams[leader].bytes : 0,
    adds: spec.adds,
  };
  writeRows(kernel, outer);
}

/** The body, and after it the epilogue as further steps: its operands are sources, its base the body's last step. */
function stepsOf({ node, operands }: VertexSpec): readonly BodyStep[] {
  const { body = [], epilogue } = node;
  if (epilogue === undefined) return body;
  const own = epilogue.firstOperand;
  const added = operands.length - own;
  const inBody = (value: number): number => (value < own ? value : value + added);
  const base = operands.length + body.length - 1;
  const inEpilogue = (value: number): number => {
    if (value === 0) return base;
    return value <= added ? own + value - 1 : base + value - added;
  };
  return [
    ...body.map(step =>
      isReduction(step) ? { ...step, arg: inBody(step.arg) } : { ...step, args: step.args.map(inBody) },
    ),
    ...epilogue.steps.map(step => ({ ...step, args: step.args.map(inEpilogue) })),
  ];
}

/** An operand of the full shape may share the memory of a full result. */
function rowSources(
  operands: readonly View[],
  full: readonly number[],
  isRowAxis: readonly boolean[],
): RowShape['sources'] {
  return operands.map(({ type }) => {
    const skipped = full.length - type.shape.length;
    const varies = type.shape.some((extent, i) => extent > 1 && isRowAxis[i + skipped]);
    return { element: type.element, varies, covered: sameShape(type.shape, full) };
  });
}

/** The loops over rows, and in them the body, for one row or for four. */
function writeRows(kernel: RowKernel, loops: readonly LoopAxis[]): void {
  const { k, numbers, streams, along } = kernel;
  const inner = loops[loops.length - 1];
  const across = !along && vectorises(inner, streams) && inner.strides[streams.length - 1] > 0;
  const shared = sharedLoop(
    loops.map(({ count }, i) => (across && i === loops.length - 1 ? Math.ceil(count / 4) : count)),
  );
  const moved = (depth: number, addresses: readonly KernelValue[], index: KernelValue): KernelValue[] =>
    addresses.map((base, s) => numbers.step(base, index, `row ${depth}.${s}`, loops[depth].strides[s]));
  const level = (depth: number, addresses: readonly KernelValue[]): void => {
    const { count } = loops[depth];
    const last = depth === loops.length - 1;
    const turns = (from: KernelValue | number, to: KernelValue | number): void =>
      k.loop(from, to, index => {
        const here = moved(depth, addresses, index);
        if (last) writeRowBody(kernel, here, 1);
        else level(depth + 1, here);
      });
    if (last && across) {
      fourRows(kernel, inner, depth === shared, index => moved(depth, addresses, index), turns);
    } else {
      const end = numbers.field(`rows ${depth}`, count);
      if (depth === shared) k.share(end, turns);
      else turns(0, end);
    }
  };
  level(
    0,
    streams.map(({ slot, startBytes }, s) => numbers.offset(k.address(slot), `start ${s}`, startBytes)),
  );
}

/** Rows in the lanes of vectors, four vectors at a time where that pays; what is left of a vector goes row by row. */
function fourRows(
  kernel: RowKernel,
  { count }: LoopAxis,
  shared: boolean,
  moved: (index: KernelValue) => KernelValue[],
  single: (from: KernelValue | number, to: KernelValue | number) => void,
): void {
  const { k, numbers } = kernel;
  const rest = count % 4;
  const byVectors = (from: KernelValue | number, to: KernelValue, vectors: number): void =>
    k.loop(from, to, index => writeRowBody(kernel, moved(index), 4, vectors), 4 * vectors);
  const unrolled = count >= 16 && k.specialised && kernel.shape.steps.length <= unrolledSteps;
  if (!shared) {
    const wide = unrolled ? count - (count % 16) : 0;
    if (wide > 0) byVectors(0, numbers.field('wide rows', wide), 4);
    const whole = numbers.field('whole rows', count - rest);
    if (count - rest > wide) byVectors(wide === 0 ? 0 : numbers.field('wide rows', wide), whole, 1);
    if (rest > 0) single(whole, numbers.field('rows', count));
    return;
  }
  if (unrolled && k.divided) {
    // Four vectors add up their sums in another order than one: who takes them together must not depend on who else there is.
    const [wide, whole] = [count - (count % 16), count - rest];
    const shareRows = (
      first: number,
      end: number,
      rows: number,
      body: (from: KernelValue, to: KernelValue) => void,
    ) => {
      if (first === end) return;
      const at = (unit: KernelValue) => k.add(k.mul(unit, rows), first);
      k.share(k.i32((end - first) / rows), (from, to) => body(at(from), at(to)));
    };
    shareRows(0, wide, 16, (from, to) => byVectors(from, to, 4));
    shareRows(wide, whole, 4, (from, to) => byVectors(from, to, 1));
    shareRows(whole, count, 1, single);
    return;
  }
  k.share(numbers.field('row vectors', Math.ceil(count / 4)), (from, to) => {
    const first = k.shl(from, 2);
    const end = rest === 0 ? k.shl(to, 2) : k.min(k.shl(to, 2), numbers.field('rows', count));
    const whole = rest === 0 ? end : k.sub(end, k.and(k.sub(end, first), 3));
    const wide = unrolled ? k.sub(whole, k.and(k.sub(whole, first), 15)) : first;
    if (unrolled) byVectors(first, wide, 4);
    byVectors(wide, whole, 1);
    if (rest > 0) single(whole, end);
  });
}
