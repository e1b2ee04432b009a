/** The passes over one row, or over neighbouring rows in the lanes of one or more vectors. */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { RowReduction } from '../graph.ts';
import type { KernelCell, KernelType, KernelValue } from '../kernel/code.ts';
import { isVector, registerElement, vectorOf } from '../kernel/code.ts';
import { combineIdentity, combineRegisters } from '../kernel/combine.ts';
import { constantStep, emitConstant, emitStep } from '../kernel/scalar-steps.ts';
import type { Combine } from '../op/split.ts';
import type { LoopAxis } from './axes.ts';
import type { RowKernel } from './row-kernel.ts';
import { isReduction, passRoots } from './row-plan.ts';

type Lanes = 1 | 4;

/** One row, or the rows of one vector: which of the vectors side by side, and its values per row that are known by now. */
interface Rows {
  readonly lanes: Lanes;
  readonly vector: number;
  readonly known: (KernelValue | undefined)[];
}

/** `addresses` are those of the row's first element (in the first of the rows), one per stream; `vectors` of `lanes` rows go together. */
export function writeRowBody(kernel: RowKernel, addresses: readonly KernelValue[], lanes: Lanes, vectors = 1): void {
  const { k, plan, shape, streams } = kernel;
  const all: readonly Rows[] = Array.from({ length: vectors }, (_, vector) => ({ lanes, vector, known: [] }));
  for (let pass = 0; pass < plan.passes.length; pass++) {
    for (const rows of all) knowPerRow(kernel, addresses, rows, pass);
    reducePass(kernel, addresses, all, pass);
  }
  const last = plan.passes.length;
  for (const rows of all) knowPerRow(kernel, addresses, rows, last);
  const results = passRoots(shape, plan, last);
  const target = streams.length - 1;
  if (!shape.full) {
    for (const rows of all) {
      results.forEach((result, i) => {
        const value = rows.known[result];
        if (value === undefined) throw new InternalError('row', 'the result of a row varies along it');
        const address = kernel.numbers.offset(addresses[target], `result ${i}`, i * kernel.stackBytes);
        k.store(address, addedUp(kernel, address, value, rows), besides(kernel, target, rows));
      });
    }
    return;
  }
  overRow(kernel, addresses, lanes, (here, along) => {
    for (const rows of all) {
      k.store(here[target], evaluator(kernel, here, rows, along, last)(results[0]), besides(kernel, target, rows));
    }
  });
}

/** Results of rows combined with what lies in their places, where the kernel adds. */
function addedUp(kernel: RowKernel, address: KernelValue, value: KernelValue, rows: Rows): KernelValue {
  const { k, adds, streams } = kernel;
  if (adds === undefined) return value;
  const target = streams.length - 1;
  const { element } = streams[target];
  const type = rows.lanes === 4 ? vectorOf(element) : element;
  return combineRegisters(k, adds, k.load(type, address, besides(kernel, target, rows)), value);
}

/** How far after a stream's address the rows of a vector lie. */
function besides({ neighbours }: RowKernel, stream: number, { vector }: Rows): number {
  return vector === 0 ? 0 : 4 * vector * neighbours[stream];
}

/** Evaluates the values per row that are known once `pass` passes are over. */
function knowPerRow(kernel: RowKernel, addresses: readonly KernelValue[], rows: Rows, pass: number): void {
  const { k, plan, shape } = kernel;
  const { known, lanes } = rows;
  plan.varies.forEach((varies, value) => {
    if (varies || plan.level[value] > pass || known[value] !== undefined) return;
    const step = shape.steps[value - shape.sources.length];
    if (step === undefined) {
      known[value] = loadRow(kernel, value, addresses[value], rows);
    } else if (!isReduction(step)) {
      const args = step.args.map(arg => known[arg] as KernelValue);
      const scalar =
        step.op === constantStep
          ? emitConstant(k, kernel.numbers, step, `constant ${value}`)
          : emitStep(
              k,
              kernel.table,
              step,
              args,
              step.args.map(arg => plan.elements[arg]),
            );
      known[value] = lanes === 4 ? k.splat(scalar) : scalar;
    }
  });
}

/** A source per row: in four rows, neighbours or one number for all. */
function loadRow(kernel: RowKernel, s: number, address: KernelValue, rows: Rows): KernelValue {
  const { k, streams, neighbours } = kernel;
  const { element } = streams[s];
  if (rows.lanes === 1) return k.load(element, address);
  if (neighbours[s] === 0) return k.loadSplat(vectorOf(element), address);
  return k.load(vectorOf(element), address, besides(kernel, s, rows));
}

/** Makes the reductions of one pass; their results join those that are known. */
function reducePass(kernel: RowKernel, addresses: readonly KernelValue[], all: readonly Rows[], pass: number): void {
  const { k, plan, along, streams } = kernel;
  const reductions = plan.passes[pass].map(value => ({ value, step: reductionAt(kernel, value) }));
  const rest = along && hasRest(kernel);
  const { lanes: across } = all[0];
  const cells = all.map(() =>
    reductions.map(({ step }) => {
      const element = registerElement(step.element);
      const wide = k.cell(identity(kernel, step.combine, across === 4 || along ? vectorOf(element) : element));
      return { wide, single: rest ? k.cell(identity(kernel, step.combine, element)) : wide };
    }),
  );
  overRow(kernel, addresses, across, (here, lanes) => {
    for (const rows of all) {
      const value = evaluator(kernel, here, rows, lanes, pass);
      reductions.forEach(({ step }, i) => {
        const own = cells[rows.vector][i];
        const cell = along && lanes === 1 ? own.single : own.wide;
        k.set(cell, combineRegisters(k, step.combine, k.get(cell), value(step.arg)));
      });
      // Last of all: the result's memory may be that of an operand which this pass reads for the last time.
      const target = streams.length - 1;
      if (plan.kept?.pass === pass) k.store(here[target], value(plan.kept.value), besides(kernel, target, rows));
    }
  });
  for (const { vector, known } of all) {
    reductions.forEach(({ value, step }, i) => {
      const { wide, single } = cells[vector][i];
      if (!along) known[value] = k.get(wide);
      else known[value] = collapse(kernel, step.combine, wide, rest ? single : undefined);
    });
  }
}

function reductionAt({ shape }: RowKernel, value: number): RowReduction {
  const step = shape.steps[value - shape.sources.length];
  if (!isReduction(step)) throw new InternalError('row', 'a pass makes reductions only');
  return step;
}

/** The four lanes of an accumulator, and that of the elements after the last whole vector, as one number. */
function collapse({ k }: RowKernel, combine: Combine, wide: KernelCell, single: KernelCell | undefined): KernelValue {
  const lanes = k.get(wide);
  const pairs = combineRegisters(k, combine, lanes, k.shuffle(lanes, lanes, [2, 3, 0, 1]));
  const all = k.extract(combineRegisters(k, combine, pairs, k.shuffle(pairs, pairs, [1, 0, 3, 2])), 0);
  return single === undefined ? all : combineRegisters(k, combine, all, k.get(single));
}

/** Evaluates values at one place of the row, each at most once. */
function evaluator(
  kernel: RowKernel,
  here: readonly KernelValue[],
  rows: Rows,
  lanes: Lanes,
  pass: number,
): (value: number) => KernelValue {
  const { k, plan, shape, streams } = kernel;
  const { known } = rows;
  const wide = rows.lanes === 4 || lanes === 4;
  const made = new Map<number, KernelValue>();
  const widened = (value: KernelValue): KernelValue => (wide && !isVector(value.type) ? k.splat(value) : value);
  const make = (value: number): KernelValue => {
    if (!plan.varies[value]) return widened(known[value] as KernelValue);
    if (plan.kept?.value === value && pass > plan.kept.pass)
      return loadHere(kernel, streams.length - 1, here, rows, lanes);
    if (value < shape.sources.length) return loadHere(kernel, value, here, rows, lanes);
    const step = shape.steps[value - shape.sources.length];
    if (isReduction(step)) throw new InternalError('row', 'a reduction cannot vary along the row');
    const args = step.args.map(arg => evaluate(arg));
    return widened(
      emitStep(
        k,
        kernel.table,
        step,
        args,
        step.args.map(arg => plan.elements[arg]),
      ),
    );
  };
  const evaluate = (value: number): KernelValue => {
    const known = made.get(value);
    if (known !== undefined) return known;
    const result = make(value);
    made.set(value, result);
    return result;
  };
  return evaluate;
}

function loadHere(kernel: RowKernel, s: number, here: readonly KernelValue[], rows: Rows, lanes: Lanes): KernelValue {
  const { k, streams, rowLoops } = kernel;
  if (rows.lanes === 4) return loadRow(kernel, s, here[s], rows);
  const { element } = streams[s];
  if (lanes === 1) return k.load(element, here[s]);
  const moves = rowLoops[rowLoops.length - 1].strides[s] !== 0;
  return moves ? k.load(vectorOf(element), here[s]) : k.loadSplat(vectorOf(element), here[s]);
}

function hasRest({ rowLoops }: RowKernel): boolean {
  return rowLoops[rowLoops.length - 1].count % 4 !== 0;
}

/** Visits all elements of the row, four at a time where they lie side by side; gives the addresses at each. */
function overRow(
  kernel: RowKernel,
  addresses: readonly KernelValue[],
  rows: Lanes,
  visit: (here: readonly KernelValue[], lanes: Lanes) => void,
): void {
  const { k, numbers, rowLoops, along } = kernel;
  const level = (depth: number, bases: readonly KernelValue[]): void => {
    const loop = rowLoops[depth];
    const turn = (lanes: Lanes) => (index: KernelValue) => {
      const here = elementAddresses(kernel, loop, depth, bases, index);
      if (depth === rowLoops.length - 1) visit(here, lanes);
      else level(depth + 1, here);
    };
    const count = (): KernelValue => numbers.field(`turns ${depth}`, loop.count);
    if (depth < rowLoops.length - 1 || !along || rows === 4) {
      k.loop(0, count(), turn(1));
    } else {
      const whole = numbers.field('vector turns', loop.count - (loop.count % 4));
      k.loop(0, whole, turn(4), 4);
      if (hasRest(kernel)) k.loop(whole, count(), turn(1));
    }
  };
  level(0, addresses);
}

function elementAddresses(
  { k, numbers }: RowKernel,
  loop: LoopAxis,
  depth: number,
  bases: readonly KernelValue[],
  index: KernelValue,
): KernelValue[] {
  let words: KernelValue | undefined;
  return bases.map((base, s) => {
    const stride = loop.strides[s];
    if (stride === 1) return k.add(base, index);
    if (stride === 4) return k.add(base, (words ??= k.shl(index, 2)));
    return numbers.step(base, index, `turn ${depth}.${s}`, stride);
  });
}

function identity({ k }: RowKernel, combine: Combine, type: KernelType): KernelValue {
  return k.constant(type, combineIdentity(type.startsWith('f') ? 'f32' : 'i32', combine));
}
