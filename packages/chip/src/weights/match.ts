/** Which tensors of a file become which variables, and as what. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { isFloat, isNarrowFloat, type ManifestElement, type ManifestVariable, widened } from '@tessera-dnn/machine';
import { type Failure, failed, succeeded } from '../outcome.ts';
import type { TensorData } from '../tensor-data.ts';
import type { Entry } from './header.ts';

/** More than anybody reads. */
const mostNamed = 3;

/**
 * For each tensor that is taken, the paths of the variables that get its values: its own, and those that begin as a copy of it. `wrong-weights` if a param is missing that is not embedded, or if a tensor has another
 * shape or a type that does not become the variable's. Tensors that nobody asks for are passed over.
 */
export function matched(
  entries: readonly Entry[],
  variables: readonly ManifestVariable[],
): Outcome<ReadonlyMap<string, readonly string[]>> {
  const byPath = new Map(entries.map(entry => [entry.path, entry]));
  const wanted = variables.filter(({ path }) => byPath.has(path));
  const missing = variables.filter(({ path, kind, embedded }) => kind === 'param' && !embedded && !byPath.has(path));
  if (missing.length > 0) {
    const has = entries.length > 0 ? `they have ${listed(entries)}` : 'they are empty';
    return wrong(`they have no ${listed(missing)}`, has);
  }
  for (const { path, type, shape } of wanted) {
    const { dtype, shape: given } = byPath.get(path) as Entry;
    const isSame = given.length === shape.length && given.every((extent, axis) => extent === shape[axis]);
    if (isSame && becomes(dtype, type)) continue;
    return wrong(`${path} is ${dtype}[${given.join(', ')}], and the artifact takes ${type}[${shape.join(', ')}]`);
  }
  const copiesOf = (path: string) =>
    variables.filter(({ path: own, copyOf, embedded }) => copyOf === path && !embedded && !byPath.has(own));
  return succeeded(new Map(wanted.map(({ path }) => [path, [path, ...copiesOf(path).map(({ path }) => path)]])));
}

const exactly: { readonly [dtype: string]: ManifestElement | undefined } = {
  I32: 'i32',
  I8: 'i8',
  U8: 'u8',
  BOOL: 'bool',
};

function becomes(dtype: string, type: ManifestElement): boolean {
  return isFloat(type) ? /^(F32|F16|BF16)$/.test(dtype) : Object.hasOwn(exactly, dtype) && exactly[dtype] === type;
}

/** The values of a tensor that {@link matched} took; `bytes` have a buffer of their own. */
export function valuesOf({ dtype }: Entry, { buffer }: Uint8Array<ArrayBuffer>): TensorData {
  const narrow = dtype.toLowerCase();
  if (isNarrowFloat(narrow)) return widened(narrow, new Uint16Array(buffer));
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    case 'I8':
      return new Int8Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}

function listed(named: readonly { readonly path: string }[]): string {
  const names = named.slice(0, mostNamed).map(({ path }) => path);
  return `${names.join(', ')}${named.length > mostNamed ? ` and ${named.length - mostNamed} more` : ''}`;
}

/** A `wrong-weights`. */
export function wrong(reason: string, help?: string): Failure {
  return failed('wrong-weights', `these are not the weights of this artifact: ${reason}`, help);
}
