/** Turns the nodes of a group into the steps of a body: sources for what comes from outside, a step for each member. */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Attributes, BodyStep, Graph, Node, ScalarStep, ValueId } from '@tessera-dnn/graph';
import { constantStep } from '@tessera-dnn/graph/kernel';

/** A body has at most so many steps, as registers and code grow with them; longer ones are cut in two. */
export const mostSteps = 48;

/** A body reads at most so many tensors. */
export const mostSources = 12;

export interface Body {
  /** Values of the old graph that the steps read, in the order of their source numbers. */
  readonly sources: readonly ValueId[];
  readonly steps: readonly BodyStep[];
}

/** What a member is in the body; args are filled in. */
export type MemberStep = (node: Node, args: readonly number[]) => BodyStep;

/**
 * The body of `members` (ascending). `first` are sources that come first whether they are read or not: an epilogue's base. Scalar
 * constants become steps, all other values from outside sources.
 */
export function bodyOf(graph: Graph, members: readonly ValueId[], first: readonly ValueId[], stepOf: MemberStep): Body {
  const inside = new Set(members);
  const sources = [...first];
  const numbers: { readonly value: ValueId; readonly step: ScalarStep }[] = [];
  for (const member of members) {
    for (const operand of graph.nodes[member].operands) {
      if (inside.has(operand) || sources.includes(operand) || numbers.some(({ value }) => value === operand)) continue;
      const step = numberStep(graph.nodes[operand]);
      if (step === undefined) sources.push(operand);
      else numbers.push({ value: operand, step });
    }
  }
  const place = new Map<ValueId, number>();
  for (const value of [...sources, ...numbers.map(({ value }) => value), ...members]) place.set(value, place.size);
  const steps = members.map(member => {
    const node = graph.nodes[member];
    return stepOf(
      node,
      node.operands.map(operand => place.get(operand) as number),
    );
  });
  return { sources, steps: [...numbers.map(({ step }) => step), ...steps] };
}

/** How many sources the members need; constants need none. */
export function sourceCount(graph: Graph, members: readonly ValueId[]): number {
  const inside = new Set(members);
  const outside = members.flatMap(member => graph.nodes[member].operands.filter(operand => !inside.has(operand)));
  return new Set(outside.filter(operand => numberStep(graph.nodes[operand]) === undefined)).size;
}

/** A node as a step of a `map` or `row`, whose arguments are numbered in the body: sources first, then steps. */
export function scalarStep({ op, attributes, type }: Node, args: readonly number[]): ScalarStep {
  return { op, attributes, args, element: type.element };
}

/** The steps of a body without reductions. */
export function scalarSteps(steps: readonly BodyStep[]): readonly ScalarStep[] {
  return steps.map(step => {
    if ('combine' in step) throw new InternalError('body', 'a reduction among elementwise steps');
    return step;
  });
}

/** Whether a node becomes a number in a body, whatever its shape. */
export function isNumber(node: Node): boolean {
  return numberStep(node) !== undefined;
}

/** A constant that is one number, as a step. */
function numberStep({ kind, data, type }: Node): ScalarStep | undefined {
  if (kind !== 'constant' || typeof data !== 'number') return undefined;
  const attributes: Attributes = { value: data };
  return { op: constantStep, attributes, args: [], element: type.element };
}
