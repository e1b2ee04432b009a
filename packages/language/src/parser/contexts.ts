/** What a bracket group may contain, which depends on where in the grammar it occurs. */
import type { PieceRule } from './grammar.ts';

export interface GroupContext {
  /** The rule by which each piece of the group is read. */
  readonly rule: PieceRule;
  /** Whether the group is one piece, a list of pieces between commas, or lines. */
  readonly cut: 'whole' | 'elements' | 'lines';
  readonly closing: string;
}

const body: GroupContext = { rule: 'statement', cut: 'lines', closing: '}' };

/** The keys are the rule in which the group occurs, and the group's token. */
const contexts: Readonly<Record<string, GroupContext>> = {
  'primary Parens': { rule: 'expression', cut: 'whole', closing: ')' },
  'primary Brackets': { rule: 'expression', cut: 'elements', closing: ']' },
  'postfix Parens': { rule: 'argument', cut: 'elements', closing: ')' },
  'postfix Brackets': { rule: 'indexPart', cut: 'elements', closing: ']' },
  'optimizerCall Parens': { rule: 'argument', cut: 'elements', closing: ')' },
  'likeType Parens': { rule: 'expression', cut: 'whole', closing: ')' },
  'tensorType Brackets': { rule: 'expression', cut: 'elements', closing: ']' },
  'resultType Braces': { rule: 'typedName', cut: 'elements', closing: '}' },
  'returnStatement Braces': { rule: 'field', cut: 'elements', closing: '}' },
  'blockItem Parens': { rule: 'parameter', cut: 'elements', closing: ')' },
  'blockItem Braces': body,
  'entryItem Brackets': { rule: 'parameter', cut: 'elements', closing: ']' },
  'entryItem Parens': { rule: 'typedName', cut: 'elements', closing: ')' },
  'entryItem Braces': body,
  'forLoop Braces': body,
  'ifExpression Braces': body,
};

/** What stands in the braces of a string. */
export const interpolationContext: GroupContext = { rule: 'expression', cut: 'whole', closing: '}' };

/** How to read a group of type `token` in the tree of `rule`; undefined where the grammar has no such group. */
export function contextOf(rule: string, token: string): GroupContext | undefined {
  return contexts[`${rule} ${token}`];
}
