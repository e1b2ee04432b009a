/** Evaluates expressions. Every failure is reported where it happens, and the value is then poison. */
import type { Binary, Body, Expression, If, List, StringExpression, Unary } from '../ast.ts';
import type { Argument } from './arguments.ts';
import { boundedList, boundedText, isFailure } from './arithmetic.ts';
import { evaluateCall, evaluatePipe } from './calls.ts';
import { evaluateIf } from './conditions.ts';
import { evaluate, evaluateArgument, type Pending, type Steps } from './evaluation.ts';
import { type Frame, observe, report, settle, within } from './frame.ts';
import { evaluateIndex } from './indexing.ts';
import { applyBinary, applyUnary } from './operators.ts';
import { evaluateMember, evaluateReference } from './references.ts';
import { booleanValue, describe, floatValue, integerValue, poison, show, textValue, type Value } from './value.ts';

/** The value of an expression where one is needed; that there is none is reported. */
export function evaluateNeeded(frame: Frame, expression: Expression): Pending {
  const value = evaluateStatement(frame, expression);
  return 'kind' in value ? value : needed(frame, expression, value);
}

function* needed(frame: Frame, expression: Expression, pending: Pending): Steps<Value> {
  const value = yield pending;
  if (value.kind !== 'nothing') return value;
  if (frame.exit.value !== undefined || lacksElse(expression)) return poison;
  const call = expression.kind === 'pipe' ? expression.call : expression.kind === 'call' ? expression : undefined;
  report(frame, { code: 'no-value', message: `${call?.callee.text ?? 'this'} gives no value`, span: expression.span });
  return poison;
}

/** Whether the expression is an `if` without `else`, which the parser reports where a value is needed. */
function lacksElse(expression: Expression): boolean {
  let branch: If | Body | undefined = expression.kind === 'if' ? expression : undefined;
  while (branch !== undefined && 'kind' in branch) {
    if (branch.otherwise === undefined) return true;
    branch = branch.otherwise;
  }
  return false;
}

/** The value of an expression that stands as a statement, which may have none. */
export function evaluateStatement(frame: Frame, expression: Expression): Pending {
  const value = within(frame, frame.budget.step(), expression.span) ? evaluateKind(frame, expression) : poison;
  return frame.session.observer?.value === undefined ? value : observed(frame, expression, value);
}

function* observed(frame: Frame, { span }: Expression, pending: Pending): Steps<Value> {
  const value = yield pending;
  observe(frame, span, value);
  return value;
}

function evaluateKind(frame: Frame, expression: Expression): Pending {
  switch (expression.kind) {
    case 'integer':
      return integerValue(expression.value);
    case 'float':
      return floatValue(expression.value);
    case 'byte-size':
      return integerValue(expression.bytes);
    case 'boolean':
      return booleanValue(expression.value);
    case 'element-type':
      return { kind: 'element', element: expression.element };
    case 'string':
      return evaluateString(frame, expression);
    case 'reference':
      return evaluateReference(frame, expression);
    case 'list':
      return evaluateList(frame, expression);
    case 'unary':
      return evaluateUnary(frame, expression);
    case 'binary':
      return evaluateBinary(frame, expression);
    case 'call':
      return evaluateCall(frame, expression);
    case 'pipe':
      return evaluatePipe(frame, expression);
    case 'index':
      return evaluateIndex(frame, expression);
    case 'member':
      return evaluateMember(frame, expression);
    case 'if':
      return evaluateIf(frame, expression);
    case 'missing':
      return poison;
  }
}

// ------------------------------------------------------------------------------------------------------- texts and lists

function* evaluateString(frame: Frame, { parts, span }: StringExpression): Steps<Value> {
  let text = '';
  for (const part of parts) {
    if (part.kind === 'text') {
      text += part.value;
      continue;
    }
    const value = yield evaluate(frame, part.expression);
    if (value.kind === 'poison') return poison;
    if (value.kind === 'tensor' || value.kind === 'record') {
      const message = `${describe(value)} is not known at compile time and cannot stand in a text`;
      report(frame, { code: 'not-compile-time', message, span: part.expression.span });
      return poison;
    }
    text += value.kind === 'text' ? value.value : show(value);
    if (!within(frame, frame.budget.copy(text.length), span)) return poison;
    const bounded = boundedText(text);
    if (isFailure(bounded)) return settle(frame, bounded, span);
  }
  return textValue(text);
}

function* evaluateList(frame: Frame, list: List): Steps<Value> {
  const elements: Value[] = [];
  for (const element of list.elements) elements.push(yield evaluate(frame, element));
  if (elements.some(element => element.kind === 'poison')) return poison;
  const size = elements.reduce((sum, element) => sum + (element.kind === 'list' ? element.size + 1 : 1), 0);
  if (!within(frame, frame.budget.copy(size), list.span)) return poison;
  return settle(
    frame,
    boundedList(size, () => elements),
    list.span,
  );
}

// ------------------------------------------------------------------------------------------------------------ operators

function* evaluateUnary(frame: Frame, { operator, operand, span }: Unary): Steps<Value> {
  return applyUnary(frame, operator, yield* evaluateArgument(frame, operand), span);
}

/** Chains of operators nest to the left and are followed in a loop, so that a sum of a thousand terms is not a thousand levels deep. */
function* evaluateBinary(frame: Frame, expression: Binary): Steps<Value> {
  const chain: Binary[] = [];
  let first: Expression = expression;
  while (first.kind === 'binary') {
    chain.push(first);
    first = first.left;
  }
  let left = yield* evaluateArgument(frame, first);
  for (const node of chain.reverse()) {
    const right = decides(node, left) ? left : yield* evaluateArgument(frame, node.right);
    left = { value: applyBinary(frame, node, left, right), span: node.span, expression: node };
    observe(frame, node.operatorSpan, left.value);
  }
  return left.value;
}

/** Whether the left side decides alone, as in `false and …` and `true or …`. The right side is then not evaluated. */
function decides({ operator }: Binary, { value }: Argument): boolean {
  return value.kind === 'boolean' && ((operator === 'and' && !value.value) || (operator === 'or' && value.value));
}
