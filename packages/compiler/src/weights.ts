/** Matches the tensors of a weights file with a module's variables. */
import { closest, type Diagnostic, type Outcome, printableName } from '@tessera-dnn/diagnostics';
import { type Conversion, type ConvertedTensor, convertTensor, type StoredTensor } from '@tessera-dnn/formats';
import { type Variable as GraphVariable, type Program, sameShape } from '@tessera-dnn/graph';
import { adoptFormerPaths, type ManifestVariable, sharedByTrains } from '@tessera-dnn/machine';
import type { Code } from './explain/catalogue.ts';
import { userSpan } from './user-span.ts';
import { type RoundedTensor, roundedWeights } from './weights-rounded.ts';

/**
 * What is no weight: counters that some trainers write beside running statistics, and the seed and step of random numbers (`$seed`), which
 * belong to a run.
 */
const ignored = /(^|\.)num_batches_tracked$|^\$/;

/** What has to be known of a variable; an artifact's manifest knows as much as a module. */
export type Variable = Pick<GraphVariable, 'path' | 'kind' | 'type'> &
  Partial<Pick<GraphVariable, 'origin' | 'initialiser'>> &
  Partial<Pick<ManifestVariable, 'copyOf'>>;

/**
 * Row-major values by path; those of f16 and bf16 are rounded already. A missing param is an error, a missing state keeps its initialiser (one that begins as a copy of another
 * variable gets what that gets), names that nothing takes give one warning;
 * a wrong shape is an error with both shapes. States of trains are found under their former names too. `spare` are names that may be there
 * for others: no warning tells of them. `foreign` are names of tensors of unknown element types, with these.
 */
export function matchWeights(
  module: { readonly variables: readonly Variable[]; readonly programs?: readonly Pick<Program, 'name' | 'kind'>[] },
  stored: ReadonlyMap<string, StoredTensor>,
  spare: ReadonlySet<string> = new Set(),
  foreign: ReadonlyMap<string, string> = new Map(),
  conversion: Conversion = 'exact',
): Outcome<ReadonlyMap<string, ArrayLike<number>>> {
  const trains = (module.programs ?? []).filter(({ kind }) => kind === 'train').map(({ name }) => name);
  const { values: weights, shared } = adoptFormerPaths(stored, module.variables, trains);
  const diagnostics: Diagnostic[] = shared.length === 0 ? [] : [leftBehind(shared)];
  const absent: Variable[] = [];
  const rounded: RoundedTensor[] = [];
  const matched = new Map<string, ArrayLike<number>>();
  for (const variable of module.variables) {
    if (variable.kind === 'prepared' || ignored.test(variable.path)) continue;
    const tensor = weights.get(variable.path);
    const dtype = foreign.get(variable.path);
    if (dtype !== undefined) diagnostics.push(foreignTensor(variable, dtype));
    else if (!tensor && copiedValue(variable, module.variables, matched) === undefined) absent.push(variable);
    const copied = tensor === undefined ? copiedValue(variable, module.variables, matched) : undefined;
    if (copied !== undefined) matched.set(variable.path, copied);
    if (!tensor) continue;
    const taken = takeTensor(variable, tensor, conversion, diagnostics);
    if (taken) matched.set(variable.path, taken.data);
    if (taken?.rounding) rounded.push({ path: variable.path, element: taken.element, rounding: taken.rounding });
  }
  diagnostics.push(
    ...roundedWeights(rounded),
    ...missing(
      absent.filter(({ kind }) => kind === 'param'),
      weights,
    ),
    ...missingStates(
      absent.filter(({ kind }) => kind !== 'param'),
      [...weights.keys(), ...foreign.keys()],
    ),
  );
  const taken = new Set(module.variables.map(v => v.path));
  const known = new Set([...taken, ...spare, ...shared]);
  const left = [...weights.keys(), ...foreign.keys()].filter(name => !known.has(name) && !ignored.test(name));
  if (left.length > 0) diagnostics.push(unused(left));
  if (diagnostics.some(d => d.severity === 'error')) return { ok: false, diagnostics };
  return { ok: true, value: matched, diagnostics };
}

/** What the variable gets of whose first value its own is a copy; undefined if that gets none, or there is no such variable. */
function copiedValue(
  { kind, initialiser, copyOf }: Variable,
  variables: readonly Variable[],
  matched: ReadonlyMap<string, ArrayLike<number>>,
): ArrayLike<number> | undefined {
  const original = initialiser?.kind === 'copy' ? variables[initialiser.of].path : copyOf;
  return kind === 'state' && original !== undefined ? matched.get(original) : undefined;
}

function takeTensor(
  variable: Variable,
  tensor: StoredTensor,
  conversion: Conversion,
  diagnostics: Diagnostic[],
): ConvertedTensor | undefined {
  const { path, type } = variable;
  if (!sameShape(type.shape, tensor.shape)) {
    diagnostics.push(wrongShape(variable, tensor));
    return undefined;
  }
  const converted = convertTensor(tensor, type.element, `${path} of the weights`, conversion);
  if (!converted.ok) {
    diagnostics.push(...converted.diagnostics.map(d => ({ ...d, span: variable.origin && userSpan(variable.origin) })));
    return undefined;
  }
  return converted.value;
}

function wrongShape({ path, type, origin }: Variable, { shape }: StoredTensor): Diagnostic<Code> {
  return {
    code: 'weights-shape',
    severity: 'error',
    message: `the weights hold ${path} as [${shape.join(', ')}], but the program declares [${type.shape.join(', ')}]`,
    span: origin && userSpan(origin),
  };
}

function foreignTensor({ path, origin }: Variable, dtype: string): Diagnostic<Code> {
  return {
    code: 'weights-type',
    severity: 'error',
    message: `the weights hold ${path} as ${dtype}, an element type that is not known here`,
    span: origin && userSpan(origin),
    help: 'convert it where the file is written: tensor.to(torch.float32)',
  };
}

/** Running statistics and the like, of layers that are there otherwise. States of optimisers have no company in a file of weights. */
function missingStates(absent: readonly Variable[], names: readonly string[]): readonly Diagnostic<Code>[] {
  const layers = new Set(names.map(layerOf));
  const lacking = absent.filter(({ path }) => layers.has(layerOf(path)));
  if (lacking.length === 0) return [];
  const keep = lacking.length === 1 ? 'it keeps its first value' : 'they keep their first values';
  return [
    {
      code: 'weights-state-missing',
      severity: 'warning',
      message: `the weights have no ${listed(lacking.map(({ path }) => path))}: ${keep}`,
      span: lacking[0].origin && userSpan(lacking[0].origin),
      help: 'save the whole state_dict(): parameters() alone leaves buffers such as running statistics out',
    },
  ];
}

function layerOf(path: string): string {
  return path.slice(0, path.lastIndexOf('.') + 1);
}

/** One error per param, or one for all if they are many: then the file belongs to another program, or its names to a wrapper of it. */
function missing(absent: readonly Variable[], weights: ReadonlyMap<string, StoredTensor>): readonly Diagnostic<Code>[] {
  const prefix = absent.length > 0 ? wrapperPrefix(absent, weights) : undefined;
  if (absent.length <= 3 && prefix === undefined) return absent.map(variable => missingOne(variable, weights));
  const message = `the weights have no ${listed(absent.map(v => v.path))}`;
  const help =
    prefix === undefined
      ? `the file holds ${listed([...weights.keys()])}; is it another network's? Other names are mapped with --rename`
      : `the names in the file begin with ${printableName(prefix)}: save the state_dict of the module inside, or give --rename '${printableName(prefix)}*=*'`;
  const span = absent[0].origin && userSpan(absent[0].origin);
  return [{ code: 'weights-missing', severity: 'error', message, span, help }];
}

/** What stands before the first absent path in the file, if it stands before all of them. */
function wrapperPrefix(absent: readonly Variable[], weights: ReadonlyMap<string, StoredTensor>): string | undefined {
  const wrapped = [...weights.keys()].find(name => name.endsWith(`.${absent[0].path}`));
  const prefix = wrapped?.slice(0, -absent[0].path.length);
  return prefix !== undefined && absent.every(({ path }) => weights.has(prefix + path)) ? prefix : undefined;
}

function missingOne(variable: Variable, weights: ReadonlyMap<string, StoredTensor>): Diagnostic<Code> {
  const near = closest(variable.path, [...weights.keys()]);
  return {
    code: 'weights-missing',
    severity: 'error',
    message: `the weights have no ${variable.path}`,
    span: variable.origin && userSpan(variable.origin),
    help:
      near === undefined
        ? undefined
        : `they do have ${printableName(near)}; label the call with \`as\` to name its parameters`,
  };
}

/** The first five names and how many more there are. */
function listed(names: readonly string[]): string {
  return `${names.slice(0, 5).map(printableName).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
}

function unused(names: readonly string[]): Diagnostic<Code> {
  return {
    code: 'weights-unused',
    severity: 'warning',
    message: `nothing in the program takes ${listed(names)} of the weights`,
  };
}

/**
 * The warning that states of optimisers are not taken. They are of use as a whole only: without the count of steps, means would pass for
 * those of a first step.
 */
function leftBehind(shared: readonly string[]): Diagnostic<Code> {
  return {
    code: 'weights-unused',
    severity: 'warning',
    message: `of the weights, ${sharedByTrains(shared[0])}: what optimisers keep begins anew`,
  };
}
