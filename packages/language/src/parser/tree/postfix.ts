/** Builds what follows an operand: arguments, indices, `.name` and `as label`. */
import type { CstNode } from 'chevrotain';
import type { Argument, Call, Expression, Label, Name } from '../../ast.ts';
import { adviceForMethod } from '../../habits.ts';
import type { Group } from '../../lexer/tokens.ts';
import { endOf } from '../../lexer/tokens.ts';
import { nodeOf, tokenOf } from '../cst.ts';
import { type Build, missing, type Placed } from './build.ts';
import { stringOf } from './literals.ts';
import { nameOf, nameOfToken } from './names.ts';

/** `target` followed by what `node` holds: arguments, an index, a member or a label. */
export function applyPostfix(build: Build, target: Placed, node: CstNode): Placed {
  if (tokenOf(node, 'as') === undefined) checkReadLabel(build, target);
  const parens = tokenOf(node, 'Parens');
  if (parens !== undefined) return call(build, target, parens.group!);
  const brackets = tokenOf(node, 'Brackets');
  if (brackets !== undefined) return index(build, target, brackets.group!);
  const dot = tokenOf(node, 'Dot') ?? tokenOf(node, '.');
  if (dot !== undefined) return member(build, target, nameOf(build, nodeOf(node, 'name'), endOf(dot)));
  return labelled(build, target, node);
}

function place(build: Build, target: Placed, end: number): Omit<Placed, 'expression'> & Pick<Expression, 'span'> {
  return { start: target.start, end, span: build.problems.span(target.start, end) };
}

function call(build: Build, target: Placed, group: Group): Placed {
  const { problems } = build;
  const { start, end, span } = place(build, target, group.end);
  const { expression } = target;
  if (group.cut) return { expression: missing(problems, start, end), start, end };
  const args = argumentsOf(build, group);
  if (expression.kind === 'reference' && start === expression.span.start) {
    const callee = { text: expression.name, span: expression.span };
    return { expression: { kind: 'call', callee, arguments: args, parenthesised: true, span }, start, end };
  }
  if (expression.kind !== 'missing') {
    problems.error('not-callable', problems.span(target.start, target.end), 'only a name can be called', {
      help: helpToCall(expression),
    });
  }
  return { expression: missing(problems, start, end), start, end };
}

function helpToCall(expression: Expression): string {
  if (expression.kind !== 'member') return 'names of blocks and operations stand directly before their `( )`';
  let base: Expression = expression;
  while (base.kind === 'member') base = base.target;
  return adviceForMethod(base.kind === 'reference' ? base.name : undefined, expression.name.text);
}

/** The arguments of a call, of an optimiser too. */
export function argumentsOf(build: Build, group: Group): readonly Argument[] {
  const found = build.contents('argument', group);
  const firstNamed = found.findIndex(argument => argument.name !== undefined);
  for (const argument of firstNamed === -1 ? [] : found.slice(firstNamed)) {
    if (argument.name !== undefined || argument.value.kind === 'missing') continue;
    build.problems.error('positional-after-named', argument.span, 'a positional argument comes after a named one', {
      notes: [{ message: 'named here', span: found[firstNamed]!.span }],
      help: 'put it before the named ones, or name it',
    });
  }
  return found;
}

function index(build: Build, target: Placed, group: Group): Placed {
  const { start, end, span } = place(build, target, group.end);
  if (group.cut) return { expression: missing(build.problems, start, end), start, end };
  const indices = build.contents('indexPart', group);
  if (indices.length === 0) {
    build.problems.error('expected-expression', build.problems.span(group.end - 1, group.end), 'an index is lacking', {
      help: 'write `x[0]`, `x[:, 1:3]` or `x[.., -1]`',
    });
    return { expression: missing(build.problems, start, end), start, end };
  }
  const second = indices.filter(part => part.kind === 'rest')[1];
  if (second !== undefined) {
    build.problems.error('repeated-rest', second.span, '`..` stands twice in one index', {
      help: 'write `:` for one whole axis',
    });
    return { expression: missing(build.problems, start, end), start, end };
  }
  return { expression: { kind: 'index', target: target.expression, indices, span }, start, end };
}

function member(build: Build, target: Placed, name: Name): Placed {
  const { start, end, span } = place(build, target, name.span.end);
  return { expression: { kind: 'member', target: target.expression, name, span }, start, end };
}

function labelled(build: Build, target: Placed, node: CstNode): Placed {
  const { problems } = build;
  const label = labelOf(build, node);
  if (label === undefined) return target;
  const { start, end, span } = place(build, target, label.span.end);
  const labelledCall = callToLabel(target);
  if (labelledCall !== undefined) return { expression: { ...labelledCall, label, span }, start, end };
  if (target.expression.kind !== 'missing') {
    problems.error('misplaced-label', label.span, 'a label needs a call just before it', {
      help: 'write `f(x) as label`, or `x |> f as label`',
    });
  }
  return { expression: missing(problems, start, end), start, end };
}

/**
 * The call that a label belongs to. A bare name becomes a call without arguments; `checkLabel` later makes sure that a `|>` stands before
 * it.
 */
function callToLabel({ expression, start }: Placed): Call | undefined {
  if (expression.span.start !== start) return undefined;
  if (expression.kind === 'call') return expression.label === undefined ? expression : undefined;
  if (expression.kind !== 'reference') return undefined;
  const callee = { text: expression.name, span: expression.span };
  return { kind: 'call', callee, arguments: [], parenthesised: false, span: expression.span };
}

/** The label that stands in a node behind `as`; undefined if there is none. */
export function labelOf(build: Build, node: CstNode): Label | undefined {
  const as = tokenOf(node, 'as');
  const token = tokenOf(node, 'Word') ?? tokenOf(node, 'String');
  if (as === undefined || token === undefined) return undefined;
  const { problems } = build;
  const span = problems.span(as.startOffset, endOf(token));
  if (token.parts !== undefined) return { value: stringOf(build, token), span };
  const { text, span: place } = nameOfToken(build, token, `write \`as "${token.image}"\``);
  return { value: { kind: 'string', parts: [{ kind: 'text', value: text, span: place }], span: place }, span };
}

/**
 * Checks a labelled name that an index or the like follows, because then it is not the call after a `|>`. In parentheses it has been
 * checked already.
 */
function checkReadLabel(build: Build, { expression, start }: Placed): void {
  if (expression.span.start === start) checkLabel(build, expression);
}

/** Reports a label on a bare name, which can be a call only after `|>`. */
export function checkLabel(build: Build, expression: Expression): void {
  if (expression.kind !== 'call' || expression.parenthesised || expression.label === undefined) return;
  build.problems.error('misplaced-label', expression.label.span, 'a label needs a call just before it', {
    help: 'write `f(x) as label`, or `x |> f as label`',
  });
}
