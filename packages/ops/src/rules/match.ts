/** What rules look for, in few words. */
import type { Attributes, Rule, RuleContext, TensorType, ValueId } from '@tessera/graph';
import { sameType } from '@tessera/graph';

/** The part of a node that rules read. */
export type Seen = ReturnType<RuleContext['node']>;

/** A rule that looks at nodes of the given ops only. */
export function ruleOn(
  ops: readonly string[],
  rule: Omit<Rule, 'apply'> & { readonly apply: (match: RuleContext, node: Seen) => ValueId | undefined },
): Rule {
  const { apply, ...facts } = rule;
  return {
    ...facts,
    apply: (match, value) => {
      const node = match.node(value);
      return ops.includes(node.op) ? apply(match, node) : undefined;
    },
  };
}

/** The number that a constant holds in all its elements. */
export function uniform(match: RuleContext, value: ValueId): number | undefined {
  const { op, data } = match.node(value);
  if (op !== 'constant' || data === undefined) return undefined;
  if (typeof data === 'number') return data;
  return data.every(element => Object.is(element, data[0])) ? data[0] : undefined;
}

/** `value`, if it can stand for a node of type `type`: nothing was broadcast. */
export function ofType(match: RuleContext, value: ValueId, type: TensorType): ValueId | undefined {
  return sameType(match.type(value), type) ? value : undefined;
}

/** A list attribute that the op's own reader has made. */
export function numbers(attributes: Attributes, name: string): readonly number[] {
  return attributes[name] as readonly number[];
}

/** A power of two of any f32 size whose reciprocal is one as well: multiplying by it rounds as dividing by the other does. */
export function isPowerOfTwo(x: number): boolean {
  const exponent = Math.log2(Math.abs(x));
  return Number.isInteger(exponent) && Math.abs(exponent) <= 126;
}
