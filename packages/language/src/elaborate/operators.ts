/** Applies operators. On compile-time values they are computed at once; with a tensor they become ops of the graph. */
import { InternalError, type Span } from '@tessera-dnn/diagnostics';
import type { OpDef, OpTable } from '@tessera-dnn/graph/op';
import type { Binary, BinaryOperator, UnaryOperator } from '../ast.ts';
import type { Argument } from './arguments.ts';
import { arithmetic, compare, type Failure, negate } from './arithmetic.ts';
import { type Frame, settle, within } from './frame.ts';
import { applyOp } from './operations.ts';
import { overFields } from './records.ts';
import { elaboration } from './stage.ts';
import { booleanValue, describe, poison, type Value } from './value.ts';

/** `-x` or `not x`; poison after a report. */
export function applyUnary(frame: Frame, operator: UnaryOperator, operand: Argument, span: Span): Value {
  const { value } = operand;
  if (value.kind === 'poison') return poison;
  const mapped = overFields(frame, operator, [value], span, ([field]) =>
    applyUnary(frame, operator, { ...operand, value: field }, span),
  );
  if (mapped !== undefined) return mapped;
  if (value.kind === 'tensor') return applySymbol(frame, operator, [operand], span);
  if (operator === '-') return settle(frame, negate(value), span);
  if (value.kind === 'boolean') return booleanValue(!value.value);
  return settle(frame, { code: 'bad-operand', message: `not does not apply to ${describe(value)}` }, span);
}

/** `left operator right`, computed at once or as an op of the graph; poison after a report. */
export function applyBinary(frame: Frame, node: Binary, left: Argument, right: Argument): Value {
  const a = left.value;
  const b = right.value;
  if (a.kind === 'poison' || b.kind === 'poison') return poison;
  const mapped = overFields(frame, node.operator, [a, b], node.span, ([x, y]) =>
    applyBinary(frame, node, { ...left, value: x }, { ...right, value: y }),
  );
  if (mapped !== undefined) return mapped;
  if (a.kind === 'tensor' || b.kind === 'tensor') {
    if (isOperand(a) && isOperand(b)) return applySymbol(frame, node.operator, [left, right], node.span);
    return settle(frame, unfit(node.operator, a, b), node.span);
  }
  if (!within(frame, frame.budget.copy(sizeOf(a) + sizeOf(b)), node.span)) return poison;
  return settle(frame, onValues(node.operator, a, b), node.span);
}

/** The op that stands for an operator, applied to its operands. */
export function applySymbol(frame: Frame, symbol: string, operands: readonly Argument[], span: Span): Value {
  const op = opOfSymbol(frame.session.table, symbol, operands.length);
  const tensors = op.parameters.filter(parameter => parameter.kind === 'tensor');
  return applyOp(frame, op, new Map(operands.map((operand, index) => [tensors[index].name, operand])), span);
}

/** The op with this symbol and `arity` tensor operands. */
export function opOfSymbol(table: OpTable, symbol: string, arity: number): OpDef {
  const found = table.all.find(
    op => op.symbol === symbol && op.parameters.filter(p => p.kind === 'tensor').length === arity,
  );
  if (found === undefined) throw new InternalError(elaboration.name, `no op stands for ${symbol}`);
  return found;
}

function onValues(operator: BinaryOperator, a: Value, b: Value): Value | Failure {
  switch (operator) {
    case 'and':
    case 'or':
      if (a.kind !== 'boolean' || b.kind !== 'boolean') return unfit(operator, a, b);
      return booleanValue(operator === 'and' ? a.value && b.value : a.value || b.value);
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(operator, a, b);
    default:
      return arithmetic(operator, a, b);
  }
}

function unfit(operator: string, a: Value, b: Value): Failure {
  return { code: 'bad-operand', message: `${operator} does not apply to ${describe(a)} and ${describe(b)}` };
}

function isOperand(value: Value): boolean {
  return value.kind === 'tensor' || value.kind === 'number' || value.kind === 'boolean' || value.kind === 'list';
}

function sizeOf(value: Value): number {
  return value.kind === 'list' ? value.size : value.kind === 'text' ? value.value.length : 1;
}
