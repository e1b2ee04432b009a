/**
 * Applies an op of the table to bound arguments: tensors and numbers become operands, everything else attributes. If the op says that
 * something is wrong, that becomes a diagnostic at the call. An elementwise op whose operands are all numbers is computed at once, and its
 * result is a number.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import type { Origin, ValueId } from '@tessera-dnn/graph';
import { elementCount, sameType } from '@tessera-dnn/graph';
import type { Arguments, ElementwiseOp, OpDef, OpTable, Argument as PlainArgument } from '@tessera-dnn/graph/op';
import { isProblem, type Parameter, type Problem } from '@tessera-dnn/graph/op';
import type { Argument, Bound } from './arguments.ts';
import { checkedNumber, isFailure } from './arithmetic.ts';
import { type Frame, type ProgramState, report, within } from './frame.ts';
import { reportProblem } from './mismatch.ts';
import { type Operand, type Typing, typeCall } from './operands.ts';
import { constantOf, literalOf, originAt, scalarType, tensorValue } from './tensors.ts';
import { booleanValue, describe, poison, type Value } from './value.ts';

/** The op's result, or poison after a report. `span` is the whole call, or the operator's expression. */
export function applyOp(frame: Frame, op: OpDef, bound: Bound, span: Span, label?: string): Value {
  if ([...bound.values()].some(argument => argument.value.kind === 'poison')) return poison;
  const operands = operandsOf(frame, op, bound);
  const attributes = attributesOf(frame, op, bound);
  if (operands === undefined || attributes === undefined) return poison;
  const wrong = wronglyWritten(op, bound);
  if (wrong !== undefined) {
    reportProblem(frame, { op, operands, attributes, bound, span }, { problem: wrong });
    return poison;
  }
  if (op.kind === 'elementwise') {
    const value = onNumbers(frame, op, operands, attributes, span);
    if (value !== undefined) return value;
  }
  if (frame.program === undefined) {
    const message = `${op.name} makes a tensor, and only compile-time values can stand here`;
    report(frame, { code: 'not-compile-time', message, span });
    return poison;
  }
  const typing = typeCall(op, operands, attributes);
  if ('problem' in typing) {
    reportProblem(frame, { op, operands, attributes, bound, span }, typing);
    return poison;
  }
  if (elementCount(typing.result.shape) > Number.MAX_SAFE_INTEGER) {
    report(frame, { code: 'size-limit', message: 'the result has more than 2^53 elements', span });
    return poison;
  }
  return build(frame, frame.program, { op, operands, typing }, span, label);
}

function build(
  frame: Frame,
  program: ProgramState,
  { op, operands, typing }: { readonly op: OpDef; readonly operands: readonly Operand[]; readonly typing: Typing },
  span: Span,
  label: string | undefined,
): Value {
  const origin = originAt(frame, span, label);
  const ids = operands.map(operand => operandValue(program, operand, typing, origin));
  // A cast to the type that its operand has is the operand: so texts that compute in f32 cost nothing where all is f32.
  if (op.name === program.graph.table.roles.cast && sameType(program.graph.type(ids[0]), typing.result)) {
    return tensorValue(program, ids[0]);
  }
  const id = program.graph.op(op.name, ids, typing.attributes, origin);
  return within(frame, frame.budget.nodes(program.graph.size), span) ? tensorValue(program, id) : poison;
}

function operandValue(program: ProgramState, operand: Operand, typing: Typing, origin: Origin): ValueId {
  if (operand.kind === 'tensor') return operand.id;
  return constantOf(program, operand.literal, typing.elements[operand.group], origin);
}

// ------------------------------------------------------------------------------------------------------------- operands

function operandsOf(frame: Frame, op: OpDef, bound: Bound): readonly Operand[] | undefined {
  const operands: Operand[] = [];
  let group = 0;
  for (const parameter of op.parameters) {
    const argument = bound.get(parameter.name);
    if (argument === undefined || (parameter.kind !== 'tensor' && parameter.kind !== 'tensors')) continue;
    const parts = parameter.kind === 'tensors' ? partsOf(argument) : [argument];
    const made = parts.map(part => operandOf(part, group, parameter));
    const wrong = made.indexOf(undefined);
    if (wrong !== -1) {
      const given = parts[wrong] ?? argument;
      const wanted = parameter.kind === 'tensors' ? 'a list of tensors' : 'a tensor';
      badArgument(frame, op, parameter, given, wanted);
      return undefined;
    }
    for (const operand of made) if (operand !== undefined) operands.push(operand);
    if (made.some(operand => operand?.kind === 'literal')) group++;
  }
  return operands;
}

/** What is wrong with numbers that are written where the op takes a tensor. */
function wronglyWritten({ parameters }: OpDef, bound: Bound): Problem | undefined {
  for (const { name, numbers } of parameters) {
    const value = bound.get(name)?.value;
    const literal = value === undefined ? undefined : literalOf(value);
    const problem = literal === undefined ? undefined : numbers?.refused?.([...literal.data]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The elements of a list, with their spans if the list was written out. A single tensor counts as a list of one. */
function partsOf(argument: Argument): readonly Argument[] {
  const { value, expression } = argument;
  if (value.kind !== 'list') return [argument];
  return value.elements.map((element, index) => {
    const written = expression?.kind === 'list' ? expression.elements[index] : undefined;
    return { value: element, span: written?.span ?? argument.span, expression: written };
  });
}

function operandOf(argument: Argument, group: number, parameter: Parameter): Operand | undefined {
  const { value } = argument;
  if (value.kind === 'tensor') return { kind: 'tensor', argument, id: value.id, type: value.type };
  const literal = literalOf(value);
  return literal === undefined ? undefined : { kind: 'literal', argument, literal, group, parameter };
}

// ----------------------------------------------------------------------------------------------------------- attributes

function attributesOf(frame: Frame, op: OpDef, bound: Bound): Arguments | undefined {
  const given: Record<string, PlainArgument | undefined> = {};
  let fits = true;
  for (const parameter of op.parameters) {
    if (parameter.kind === 'tensor' || parameter.kind === 'tensors') continue;
    const argument = bound.get(parameter.name);
    if (argument === undefined) {
      if (parameter.default !== undefined && parameter.default !== null) given[parameter.name] = parameter.default;
      continue;
    }
    const plain = plainArgument(argument.value);
    if (plain !== undefined && ofKind(plain, argument.value, parameter)) given[parameter.name] = plain;
    else {
      badArgument(frame, op, parameter, argument, kindNames[parameter.kind]);
      fits = false;
    }
  }
  return fits ? given : undefined;
}

const kindNames = {
  tensor: 'a tensor',
  tensors: 'a list of tensors',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  text: 'a text',
  list: 'a number or a list of numbers',
  element: 'an element type',
} as const;

function plainArgument(value: Value): PlainArgument | undefined {
  switch (value.kind) {
    case 'number':
    case 'boolean':
    case 'text':
      return value.value;
    case 'element':
      return value.element;
    case 'list': {
      const parts = value.elements.map(plainArgument);
      return parts.includes(undefined) ? undefined : parts.filter(part => part !== undefined);
    }
    default:
      return undefined;
  }
}

function ofKind(plain: PlainArgument, value: Value, { kind }: Parameter): boolean {
  switch (kind) {
    case 'number':
      return value.kind === 'number';
    case 'integer':
      return Number.isInteger(plain);
    case 'boolean':
      return value.kind === 'boolean';
    case 'text':
      return value.kind === 'text';
    case 'element':
      return value.kind === 'element';
    default:
      return value.kind === 'list' || value.kind === 'number';
  }
}

function badArgument(frame: Frame, op: OpDef, parameter: Parameter, argument: Argument, wanted: string): void {
  const given =
    argument.value.kind === 'list' && wanted === 'a tensor' ? 'a list that is no tensor' : describe(argument.value);
  const message = `${parameter.name} of ${op.name} must be ${wanted}, not ${given}`;
  const compares = argument.value.kind === 'tensor' || argument.value.kind === 'number';
  const ofTwo = compares ? opOfTwo(frame.session.table, op) : undefined;
  const help = ofTwo === undefined ? undefined : `of two values, elementwise: ${ofTwo}(a, b)`;
  report(frame, { code: 'bad-argument', message, span: argument.span, help });
}

/** The op that does with two values, element by element, what `op` does with one value over axes; undefined if that is no usual mistake. */
function opOfTwo({ roles }: OpTable, op: OpDef): string | undefined {
  if (op.name === roles.greatest) return roles.greater;
  return op.name === roles.least ? roles.lesser : undefined;
}

// -------------------------------------------------------------------------------------------------------------- numbers

/** The result of an elementwise op whose operands are all numbers; undefined if one is a tensor or a list. */
function onNumbers(
  frame: Frame,
  op: ElementwiseOp,
  operands: readonly Operand[],
  args: Arguments,
  span: Span,
): Value | undefined {
  const literals = operands.flatMap(o => (o.kind === 'literal' && o.literal.shape.length === 0 ? [o.literal] : []));
  if (literals.length < operands.length || operands.length === 0) return undefined;
  const content = new Set(literals.map(literal => literal.content));
  if (content.has('booleans')) return undefined;
  const exact = operands.every(({ argument: { value } }) => value.kind === 'number' && value.integer);
  for (const element of exact ? (['i32', 'f32'] as const) : (['f32'] as const)) {
    const types = operands.map(() => scalarType(element));
    const attributes = op.attributes(args, types);
    if (isProblem(attributes)) continue;
    const result = op.infer(types, attributes);
    if (isProblem(result)) continue;
    const numbers = literals.map(literal => literal.data[0]);
    const value = op.scalar(
      numbers,
      attributes,
      x => x,
      types.map(type => type.element),
    );
    if (result.element === 'bool') return booleanValue(value !== 0);
    const checked = checkedNumber(value, result.element === 'i32', `${op.name} of ${numbers.join(' and ')}`);
    if (!isFailure(checked)) return checked;
    report(frame, { ...checked, span });
    return poison;
  }
  return undefined;
}
