/** The manifest as the bytes of the custom section: the same manifest always gives the same bytes, in whatever order it was built. */
import type { Manifest } from '@tessera-dnn/machine';

/** Keys that people want to see first, in this order; the others follow alphabetically. */
const leading = ['format', 'version', 'source', 'index', 'name', 'path', 'kind', 'type', 'shape', 'address', 'bytes'];

/** UTF-8 JSON. `features` are those the code really needs, `carries` those for which there is other code beside it. */
export function manifestBytes(
  manifest: Manifest,
  features: readonly string[],
  carries?: readonly string[],
): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ ...manifest, features, carries }, inOrder));
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));
}

function rank(key: string): number {
  const place = leading.indexOf(key);
  return place < 0 ? leading.length : place;
}
