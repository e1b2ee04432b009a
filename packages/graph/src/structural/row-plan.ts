/**
 * How a `row` node is computed: which passes over the row it takes, what each pass evaluates, and what is kept between passes.
 *
 * Values count sources first, then steps. A value is *per row* if no row axis moves it. A reduction of level n needs the values of
 * the n - 1 levels before it, so pass p makes all reductions of level p + 1; the last pass stores the result.
 * One costly value (an exponential) that later passes need again is kept in the result's own memory, where the shapes agree and no
 * later pass reads an operand the result may lie over.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { BodyStep, RowReduction, ScalarStep } from '../graph.ts';
import { registerElement } from '../kernel/code.ts';
import { stepCost } from '../kernel/scalar-steps.ts';
import type { OpTable } from '../op/table.ts';
import { type ElementType, elementBytes } from '../types.ts';

export interface RowShape {
  readonly steps: readonly BodyStep[];
  /** Per source: its element type, whether it varies along the row, and whether the result may lie over it. */
  readonly sources: readonly { readonly element: ElementType; readonly varies: boolean; readonly covered: boolean }[];
  /** Whether the result has one element per row element. */
  readonly full: boolean;
  /** How many last steps are results; 1 if the result is full. */
  readonly results: number;
  readonly element: ElementType;
}

export interface RowPlan {
  /** Per value: whether it varies along the row, and how many passes must be over before it is known. */
  readonly varies: readonly boolean[];
  readonly level: readonly number[];
  readonly elements: readonly ElementType[];
  /** The reductions each pass makes, as values. The result's own pass (if it is full) comes after these. */
  readonly passes: readonly (readonly number[])[];
  /** A value stored in the result's memory in pass `pass` and read back in later ones. */
  readonly kept?: { readonly value: number; readonly pass: number };
}

/** Whether a step of a row combines the elements of the row; all others compute element by element. */
export function isReduction(step: BodyStep): step is RowReduction {
  return 'combine' in step;
}

/** The values that a step reads: sources count first, then steps. */
export function argsOf(step: BodyStep): readonly number[] {
  return isReduction(step) ? [step.arg] : step.args;
}

/** Plans the passes for one row; `table` knows what each step costs, by which the value to keep is chosen. */
export function planRow(shape: RowShape, table: OpTable): RowPlan {
  const { sources, steps } = shape;
  const varies = sources.map(source => source.varies);
  const level = sources.map(() => 0);
  const elements: ElementType[] = sources.map(source => source.element);
  for (const step of steps) {
    const args = argsOf(step);
    varies.push(!isReduction(step) && args.some(arg => varies[arg]));
    level.push(Math.max(0, ...args.map(arg => level[arg])) + (isReduction(step) ? 1 : 0));
    elements.push(step.element);
  }
  const count = Math.max(0, ...steps.map((step, i) => (isReduction(step) ? level[sources.length + i] : 0)));
  const passes = Array.from({ length: count }, (_, pass) =>
    steps.flatMap((step, i) =>
      isReduction(step) && level[sources.length + i] === pass + 1 ? [sources.length + i] : [],
    ),
  );
  const plan = { varies, level, elements, passes };
  // In fewer bits than a register has, what is kept would be rounded.
  const holds = elementBytes[shape.element] === elementBytes[registerElement(shape.element)];
  return { ...plan, kept: shape.full && holds ? keep(shape, plan, table) : undefined };
}

/** The values varying along the row that evaluating `roots` takes, `known` values (and what only they need) left out. */
export function needed(shape: RowShape, plan: RowPlan, roots: readonly number[], known?: number): Set<number> {
  const result = new Set<number>();
  const visit = (value: number): void => {
    if (result.has(value) || !plan.varies[value]) return;
    result.add(value);
    if (value === known || value < shape.sources.length) return;
    for (const arg of argsOf(shape.steps[value - shape.sources.length])) visit(arg);
  };
  for (const root of roots) visit(root);
  return result;
}

/** What a pass evaluates: the arguments of its reductions, or for the pass after the last one, the results. */
export function passRoots(shape: RowShape, plan: RowPlan, pass: number): readonly number[] {
  if (pass === plan.passes.length) return lastValues(shape);
  return plan.passes[pass].map(value => argsOf(shape.steps[value - shape.sources.length])[0]);
}

function lastValues({ sources, steps, results }: RowShape): readonly number[] {
  return Array.from({ length: results }, (_, i) => sources.length + steps.length - results + i);
}

/** Computing a value again must take more instructions than this for keeping it to pay: a store, a load and their addresses. */
const costly = 5;

function keep(shape: RowShape, plan: RowPlan, table: OpTable): RowPlan['kept'] {
  const last = plan.passes.length;
  for (let value = plan.varies.length - 1; value >= shape.sources.length; value--) {
    const step = shape.steps[value - shape.sources.length];
    if (!plan.varies[value] || isReduction(step) || plan.elements[value] !== shape.element) continue;
    const users = Array.from({ length: last + 1 }, (_, pass) => pass).filter(pass =>
      needed(shape, plan, passRoots(shape, plan, pass)).has(value),
    );
    if (users.length < 2 || cost(shape, plan, table, step) <= costly) continue;
    const later = Array.from({ length: last - users[0] }, (_, i) => users[0] + 1 + i);
    const reads = later.flatMap(pass => [...needed(shape, plan, passRoots(shape, plan, pass), value)]);
    if (!reads.some(read => shape.sources[read]?.covered)) return { value, pass: users[0] };
  }
  return undefined;
}

function cost(shape: RowShape, plan: RowPlan, table: OpTable, step: ScalarStep): number {
  if (shape.steps.length === 0) throw new InternalError('row', 'a row node has no steps');
  return stepCost(
    table,
    step,
    step.args.map(arg => plan.elements[arg]),
  );
}
