/** Helpers with which rules say briefly what they look for. */
import type { Attributes, TensorType, ValueId } from '@tessera-dnn/graph';
import { sameType } from '@tessera-dnn/graph';
import type { Rule, RuleContext } from '@tessera-dnn/graph/op';

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

/** The number that all elements of a constant are; `undefined` if `value` is none, or its elements differ. */
export function uniform(match: RuleContext, value: ValueId): number | undefined {
  const { op, data } = match.node(value);
  if (op !== 'constant' || data === undefined) return undefined;
  if (typeof data === 'number') return data;
  return data.every(element => Object.is(element, data[0])) ? data[0] : undefined;
}

/** `value` if it is of this type, so that it can replace a node of it; `undefined` if it would have to be broadcast. */
export function ofType(match: RuleContext, value: ValueId, type: TensorType): ValueId | undefined {
  return sameType(match.type(value), type) ? value : undefined;
}

/** An attribute that is a list of numbers, as the op's own reader of attributes has made it. */
export function numbers(attributes: Attributes, name: string): readonly number[] {
  return attributes[name] as readonly number[];
}

/** Whether x is ± a power of two whose reciprocal is an f32 too, so that multiplying by the reciprocal gives the same as dividing. */
export function isPowerOfTwo(x: number): boolean {
  const exponent = Math.log2(Math.abs(x));
  return Number.isInteger(exponent) && Math.abs(exponent) <= 126;
}
