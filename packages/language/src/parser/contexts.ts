/** What may stand in a bracket group, by where the grammar has the group. */
import type { PieceRule } from './grammar.ts';

export interface Context {
  /** What each piece of the group is read as. */
  readonly rule: PieceRule;
  /** One piece, pieces between commas, or lines. */
  readonly cut: 'whole' | 'elements' | 'lines';
  readonly closing: string;
}

const body: Context = { rule: 'statement', cut: 'lines', closing: '}' };

/** Keyed by the rule that has the group, and the group's token. */
const contexts: Readonly<Record<string, Context>> = {
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
export const interpolationContext: Context = { rule: 'expression', cut: 'whole', closing: '}' };

/** How to read a group of type `token` in the tree of `rule`; undefined where the grammar has no such group. */
export function contextOf(rule: string, token: string): Context | undefined {
  return contexts[`${rule} ${token}`];
}
