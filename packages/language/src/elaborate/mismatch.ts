/**
 * Makes a diagnostic of what an op says is wrong with a call: with labels on the operands, notes where those operands are declared and, if
 * changing one dimension of a declared type would make the call right, that type as a suggestion.
 */
import type { Label, Note, Span } from '@tessera-dnn/diagnostics';
import type { TensorType } from '@tessera-dnn/graph';
import { showType } from '@tessera-dnn/graph';
import type { Arguments, OpDef, Problem } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import type { Argument, Bound } from './arguments.ts';
import { type Frame, report } from './frame.ts';
import type { Operand, Untyped } from './operands.ts';
import type { Binding } from './scope.ts';
import { describe, show } from './value.ts';

/** A call of an op, as far as it has been read. */
export interface OpCall {
  readonly op: OpDef;
  readonly operands: readonly Operand[];
  readonly attributes: Arguments;
  readonly bound: Bound;
  /** The whole call. */
  readonly span: Span;
}

/** Reports why the op does not take these operands and arguments. */
export function reportProblem(frame: Frame, call: OpCall, { problem, unfit }: Untyped): void {
  const { op, operands, attributes, bound, span } = call;
  if (unfit !== undefined) {
    reportUnfit(frame, operands[unfit.operand].argument, unfit.element, operands);
    return;
  }
  const repair = problem.help === undefined ? repairOf(frame, op, operands, attributes) : undefined;
  const marked = (problem.marks ?? []).filter(mark => mark.operand < operands.length);
  const declared =
    repair === undefined ? marked.map(mark => bindingOf(frame, operands[mark.operand].argument)) : [repair.binding];
  report(frame, {
    code: problem.code,
    message: problem.message,
    span: spanOf(problem, bound, span),
    labels: marked.map((mark): Label => ({ span: operands[mark.operand].argument.span, message: mark.message })),
    notes: declarationNotes(declared),
    help: problem.help ?? repair?.help,
  });
}

/** Reports a number that its tensor's element type cannot hold, such as `0.5` beside an integer tensor. */
function reportUnfit(frame: Frame, argument: Argument, element: string, operands: readonly Operand[]): void {
  const beside = operands.find(operand => operand.kind === 'tensor' && operand.type.element === element)?.argument;
  const labels: Label[] = [{ span: argument.span, message: `is no ${element}` }];
  if (beside !== undefined) labels.push({ span: beside.span, message: `is ${show(beside.value)}` });
  const fraction = argument.value.kind === 'number' && !Number.isInteger(argument.value.value);
  report(frame, {
    code: 'number-range',
    message: `${describe(argument.value)} cannot be ${/^[aeif]/.test(element) ? 'an' : 'a'} ${element}${beside === undefined ? '' : ', as what it stands beside'}`,
    span: argument.span,
    labels,
    help: fraction && beside !== undefined ? `convert the tensor: cast(${textOf(beside.span)}, f32)` : undefined,
  });
}

/** The text of a span; a long expression is replaced by a general word. */
function textOf({ source, start, end }: Span): string {
  const text = source.text.slice(start, end);
  return /^[\w.]+$/.test(text) ? text : '…';
}

/** The place to mark: the argument of a wrong attribute, if it was written, or else the whole call. */
function spanOf(problem: Problem, bound: Bound, span: Span): Span {
  const argument = problem.attribute === undefined ? undefined : bound.get(problem.attribute);
  return argument?.span ?? span;
}

function bindingOf(frame: Frame, { expression }: Argument): Binding | undefined {
  return expression?.kind === 'reference' ? frame.scope.find(expression.name) : undefined;
}

/** Notes that show where names are declared: one for each name, and none if the declaration is on the marked line itself. */
export function declarationNotes(bindings: readonly (Binding | undefined)[]): Note[] {
  const known = new Set(bindings.filter(binding => binding !== undefined));
  return [...known].map(({ name, span }) => ({ message: `${name} is declared here`, span }));
}

interface Repair {
  readonly binding: Binding;
  readonly help: string;
}

/** The first operand with a written type, params before inputs, that makes the call right when one of its dimensions is changed. */
function repairOf(frame: Frame, op: OpDef, operands: readonly Operand[], args: Arguments): Repair | undefined {
  if (operands.some(operand => operand.kind === 'literal')) return undefined;
  const types = operands.map(operand =>
    operand.kind === 'tensor' ? operand.type : { element: 'f32' as const, shape: [] },
  );
  const bindings = operands.map(operand => bindingOf(frame, operand.argument));
  for (const kind of ['param', 'state', 'input'] as const) {
    for (const [index, binding] of bindings.entries()) {
      if (binding?.kind !== kind || binding.declared === undefined) continue;
      const type = repairedType(op, types, index, args);
      if (type !== undefined) return { binding, help: `did you mean ${binding.name}: ${showType(type)}?` };
    }
  }
  return undefined;
}

/** The operand's type with one extent replaced by one of another operand's such that the call types; undefined if none is right. */
function repairedType(op: OpDef, types: readonly TensorType[], index: number, args: Arguments): TensorType | undefined {
  const extents = new Set(types.flatMap((type, other) => (other === index ? [] : type.shape)));
  for (let axis = 0; axis < types[index].shape.length; axis++) {
    for (const extent of extents) {
      const changed = { ...types[index], shape: types[index].shape.with(axis, extent) };
      const all = types.with(index, changed);
      const attributes = op.attributes(args, all);
      if (!isProblem(attributes) && !isProblem(op.infer(all, attributes))) return changed;
    }
  }
  return undefined;
}
