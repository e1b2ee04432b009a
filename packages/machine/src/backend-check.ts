/**
 * Whether a plan can rely on what a back end says of itself. A size too few, or a limit that is no number, would end in a memory of the wrong
 * size, or in a diagnostic which tells a user that the program does not fit. Here whoever writes the back end is told which field is wrong.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import { wasmMemoryLimitBytes } from './address-space.ts';
import type { Backend, BackendLimits, CodeletOptions, Codelets } from './backend.ts';
import { type Check, type Fault, integer, is, list, name } from './json-check.ts';

/** A check for every field, by its name. */
type Fields<Of> = { readonly [field in keyof Of]: Check };

const called = is('a function', value => typeof value === 'function');

const backendFields: Fields<Backend<never>> = {
  name,
  limits: is('an object', value => value instanceof Object),
  compile: called,
};

const limitFields: Fields<BackendLimits> = {
  memory: name,
  pageBytes: integer(1, wasmMemoryLimitBytes),
  memoryBytes: integer(1, wasmMemoryLimitBytes),
};

const codeletFields: Fields<Codelets> = { sizes: list(integer(0)), features: list(name), link: called, print: called };

/** The back end itself. Throws an InternalError that names it and its first field that cannot be what it means. */
export function checkedBackend<Kernel>(backend: Backend<Kernel>): Backend<Kernel> {
  checkFields(backend, backend, backendFields);
  checkFields(backend, backend.limits, limitFields, ['limits']);
  const { pageBytes, memoryBytes } = backend.limits;
  // A memory of whole pages would be too small for any program.
  if (pageBytes > memoryBytes)
    refuse(backend, `limits.pageBytes must be at most limits.memoryBytes, ${memoryBytes}, not ${pageBytes}`);
  return backend;
}

/** What the back end makes of the kernels. Throws an InternalError that names it and the first field that cannot be what it means. */
export function compileKernels<Kernel>(
  backend: Backend<Kernel>,
  kernels: readonly Kernel[],
  options: CodeletOptions,
): Codelets {
  const codelets = backend.compile(kernels, options);
  checkFields(backend, codelets, codeletFields);
  const { length } = codelets.sizes;
  if (length !== kernels.length)
    refuse(backend, `sizes must have a number for each of the ${kernels.length} kernels, not ${length}`);
  return codelets;
}

/** Fields may be inherited, as the methods of a class are. */
function checkFields(
  backend: Backend<never>,
  value: object,
  fields: Fields<Readonly<Record<string, unknown>>>,
  path: readonly string[] = [],
): void {
  const faults: Fault[] = [];
  for (const [field, check] of Object.entries(fields)) check(Reflect.get(value, field), [...path, field], faults);
  if (faults.length > 0) refuse(backend, `${faults[0].path.join('.')} ${faults[0].message}`);
}

function refuse({ name }: Backend<never>, what: string): never {
  throw new InternalError('back end', what, String(name));
}
