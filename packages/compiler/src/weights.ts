/** Matches the tensors of a weights file with a module's variables. */
import { closest, type Diagnostic, type Outcome } from '@tessera/diagnostics';
import { convertTensor, type StoredTensor } from '@tessera/formats';
import { type Variable as GraphVariable, sameShape } from '@tessera/graph';
import { userSpan } from './user-span.ts';

/** Written by some trainers beside running statistics; nothing reads it. */
const ignored = /(^|\.)num_batches_tracked$/;

/** What has to be known of a variable; an artifact's manifest knows as much as a module. */
export type Variable = Pick<GraphVariable, 'path' | 'kind' | 'type'> & Partial<Pick<GraphVariable, 'origin'>>;

/**
 * Row-major data by path. A missing param is an error, a missing state keeps its initialiser, names that nothing takes give one warning;
 * a wrong shape is an error with both shapes.
 */
export function matchWeights(
  module: { readonly variables: readonly Variable[] },
  weights: ReadonlyMap<string, StoredTensor>,
): Outcome<ReadonlyMap<string, ArrayLike<number>>> {
  const diagnostics: Diagnostic[] = [];
  const matched = new Map<string, ArrayLike<number>>();
  for (const variable of module.variables) {
    if (variable.kind === 'prepared') continue;
    const tensor = weights.get(variable.path);
    if (!tensor) {
      if (variable.kind === 'param') diagnostics.push(missing(variable, weights));
      continue;
    }
    const data = takeTensor(variable, tensor, diagnostics);
    if (data) matched.set(variable.path, data);
  }
  const taken = new Set(module.variables.map(v => v.path));
  const spare = [...weights.keys()].filter(name => !taken.has(name) && !ignored.test(name));
  if (spare.length > 0) diagnostics.push(unused(spare));
  if (diagnostics.some(d => d.severity === 'error')) return { ok: false, diagnostics };
  return { ok: true, value: matched, diagnostics };
}

function takeTensor(
  variable: Variable,
  tensor: StoredTensor,
  diagnostics: Diagnostic[],
): ArrayLike<number> | undefined {
  const { path, type } = variable;
  if (!sameShape(type.shape, tensor.shape)) {
    diagnostics.push({
      code: 'weights-shape',
      severity: 'error',
      message: `the weights hold ${path} as [${tensor.shape.join(', ')}], but the program declares [${type.shape.join(', ')}]`,
      span: variable.origin && userSpan(variable.origin),
    });
    return undefined;
  }
  if (type.element !== 'f32' && type.element !== 'i32' && type.element !== 'bool') return undefined;
  const converted = convertTensor(tensor, type.element, `${path} of the weights`);
  if (!converted.ok) {
    diagnostics.push(...converted.diagnostics.map(d => ({ ...d, span: variable.origin && userSpan(variable.origin) })));
    return undefined;
  }
  return converted.value.data;
}

function missing(variable: Variable, weights: ReadonlyMap<string, StoredTensor>): Diagnostic {
  const near = closest(variable.path, [...weights.keys()]);
  return {
    code: 'weights-missing',
    severity: 'error',
    message: `the weights have no ${variable.path}`,
    span: variable.origin && userSpan(variable.origin),
    help: near === undefined ? undefined : `they do have ${near}; label the call with \`as\` to name its parameters`,
  };
}

function unused(names: readonly string[]): Diagnostic {
  const shown = names.slice(0, 5).join(', ');
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return {
    code: 'weights-unused',
    severity: 'warning',
    message: `nothing in the program takes ${shown}${more} of the weights`,
  };
}
