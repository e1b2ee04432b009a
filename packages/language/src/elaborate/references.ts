/** Evaluates names and members. */
import type { Span } from '@tessera-dnn/diagnostics';
import type { TensorType } from '@tessera-dnn/graph';
import type { Member, Reference } from '../ast.ts';
import { adviceForMember } from '../habits.ts';
import { constantValue } from './constants.ts';
import { evaluate, type Pending, type Steps } from './evaluation.ts';
import { findItem } from './files.ts';
import { type Frame, report } from './frame.ts';
import { type Circumstance, findCallee, isCircumstance } from './functions.ts';
import type { Binding } from './scope.ts';
import { didYouMean } from './suggest.ts';
import { literalOf, tensorValue } from './tensors.ts';
import { inElement } from './training/steps.ts';
import { booleanValue, describe, integersValue, integerValue, poison, type Value } from './value.ts';
import { recordOf } from './variable-values.ts';

/**
 * What a name stands for: a local name, else an item of the file. An unknown name gives poison, since the check of names has reported it.
 */
export function evaluateReference(frame: Frame, { name, span }: Reference): Pending {
  const binding = frame.scope.find(name);
  if (binding !== undefined) return valueOfBinding(frame, binding, span);
  const visible = findItem(frame.file, name);
  if (visible?.item.kind === 'const') return constantValue(frame, visible.item, visible.home, span);
  if (isCircumstance(name)) return circumstance(frame, name, span);
  return frame.session.reporter.isRefusedValue(span) ? poison : functionCalled(frame, name);
}

function circumstance(frame: Frame, name: Circumstance, span: Span): Value {
  const { program } = frame;
  if (program !== undefined) return booleanValue(name === 'training' ? frame.training : program.higherOrder);
  report(frame, { code: 'not-compile-time', message: `${name} is known only inside a model or train`, span });
  return poison;
}

/** A block, model, operation or function as a value; poison for an unknown name and what cannot be called. */
function functionCalled(frame: Frame, name: string): Value {
  const callee = findCallee(frame.session.table, frame.file, name);
  const kind = callee?.kind === 'item' ? callee.visible.item.kind : 'block';
  return callee === undefined || (kind !== 'block' && kind !== 'model') ? poison : { kind: 'function', name, callee };
}

/** The value of a local name. A param or state has the value that the last `:=` gave it, or else the one from when the program started. */
function valueOfBinding(frame: Frame, binding: Binding, span: Span): Value {
  const { variable, variables } = binding;
  if (frame.program === undefined) return binding.value;
  if (variables !== undefined) return recordOf(frame, frame.program, variables);
  if (variable === undefined) return binding.value;
  const updated = frame.program.current.get(variable);
  const stored = updated === undefined ? binding.value : tensorValue(frame.program, updated);
  return binding.seenAs === undefined ? stored : inElement(frame, stored, binding.seenAs, span);
}

/** `x.shape`, `x.rank`, `x.dtype`, or an output of a record. */
export function* evaluateMember(frame: Frame, { target, name }: Member): Steps<Value> {
  const value = yield evaluate(frame, target);
  if (value.kind === 'poison' || name.text === '') return poison;
  if (value.kind === 'record') {
    const field = value.fields.get(name.text);
    if (field !== undefined) return field;
  }
  const type = typeOfValue(value);
  if (type !== undefined) {
    if (name.text === 'shape') return integersValue(type.shape);
    if (name.text === 'rank') return integerValue(type.shape.length);
    if (name.text === 'dtype') return { kind: 'element', element: type.element };
  }
  const known =
    value.kind === 'record' ? [...value.fields.keys()] : type !== undefined ? ['shape', 'rank', 'dtype'] : [];
  const help =
    adviceForMember(name.text) ??
    didYouMean(name.text, known) ??
    (known.length > 0 ? `it has ${known.join(', ')}` : undefined);
  report(frame, { code: 'unknown-member', message: `${describe(value)} has no ${name.text}`, span: name.span, help });
  return poison;
}

const elementOf = { booleans: 'bool', integers: 'i32', fractions: 'f32' } as const;

/** The type of a tensor, or of that which a list of numbers would be by itself: blocks take lists where they take tensors. */
function typeOfValue(value: Value): TensorType | undefined {
  if (value.kind === 'tensor') return value.type;
  const literal = value.kind === 'list' ? literalOf(value) : undefined;
  return literal && { element: elementOf[literal.content], shape: literal.shape };
}
