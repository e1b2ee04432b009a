/** Makes named outputs of the value of an entry point and checks them against the type after `->`. */
import type { Span } from '@tessera-dnn/diagnostics';
import { sameType, showType, type TensorType } from '@tessera-dnn/graph';
import type { Entry, ResultType } from '../ast.ts';
import type { Steps } from './evaluation.ts';
import { type Frame, report } from './frame.ts';
import { constantLike } from './tensors.ts';
import { evaluateType } from './types.ts';
import { describe, poison, type TensorValue, type Value } from './value.ts';

/** The result as tensors; poison after a report. */
export function* checkResult(inner: Frame, entry: Entry, value: Value): Steps<Value> {
  if (value.kind === 'poison' || inner.budget.stopped) return poison;
  const { result } = entry;
  if (value.kind === 'nothing') {
    const help = 'the last expression of a body is its result; or write `return …`';
    report(inner, { code: 'no-value', message: `${entry.name.text} gives no result`, span: entry.name.span, help });
    return poison;
  }
  if (value.kind !== 'record') {
    if (result?.kind === 'record-type') return outputsDiffer(inner, value, result);
    return yield* outputOf(inner, value, result?.kind === 'tensor-type' ? result : undefined, entry, 'the result');
  }
  if (result?.kind === 'tensor-type') return outputsDiffer(inner, value, result);
  const types = result?.kind === 'record-type' ? result.fields : undefined;
  const names = types?.map(field => field.name.text);
  if (names !== undefined && !sameNames(names, [...value.fields.keys()])) return outputsDiffer(inner, value, result);
  const fields = new Map<string, Value>();
  for (const [name, field] of value.fields) {
    const written = types?.find(type => type.name.text === name)?.type;
    fields.set(name, yield* outputOf(inner, field, written, entry, name));
  }
  return [...fields.values()].some(field => field.kind === 'poison') ? poison : { kind: 'record', fields };
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every(name => b.includes(name));
}

function outputsDiffer(inner: Frame, value: Value, result: ResultType | undefined): Value {
  const names =
    result?.kind === 'record-type' ? `{ ${result.fields.map(field => field.name.text).join(', ')} }` : 'one tensor';
  report(inner, {
    code: 'result-mismatch',
    message: `${describe(value)} is returned where ${names} is declared`,
    span: result?.span,
  });
  return poison;
}

function* outputOf(
  inner: Frame,
  value: Value,
  written: WrittenType | undefined,
  entry: Entry,
  name: string,
): Steps<Value> {
  if (value.kind === 'poison') return poison;
  const declared = written?.kind === 'tensor-type' ? yield* evaluateType(inner, written) : undefined;
  if (written !== undefined && declared === undefined) return poison;
  const span: Span = written?.span ?? entry.name.span;
  const tensor = value.kind === 'tensor' ? value : literalOutput(inner, value, declared, span);
  if (tensor === undefined) {
    report(inner, {
      code: 'result-mismatch',
      message: `${name} of ${entry.name.text} must be a tensor, not ${describe(value)}`,
      span,
    });
    return poison;
  }
  if (declared === undefined || sameType(tensor.type, declared)) return tensor;
  const message = `${name} of ${entry.name.text} is ${showType(tensor.type)}, and ${showType(declared)} is declared`;
  report(inner, { code: 'result-mismatch', message, span, help: `write -> ${showType(tensor.type)}` });
  return poison;
}

type WrittenType = Extract<ResultType, { readonly kind: 'tensor-type' }>;

/** A number as an output: a scalar of the declared type, or else of f32. */
function literalOutput(
  inner: Frame,
  value: Value,
  declared: TensorType | undefined,
  span: Span,
): TensorValue | undefined {
  return constantLike(inner, { value, span }, declared ?? { element: 'f32', shape: [] });
}
