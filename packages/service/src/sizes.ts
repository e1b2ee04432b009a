/** Types and sizes as hovers and hints show them. */
import { tensorBytes } from '@tessera-dnn/graph';
import type { Value } from '@tessera-dnn/language';
import { formatSize } from '@tessera-dnn/machine';
import type { Seen } from './values.ts';

/** `1 KiB` of a tensor; undefined of what takes no memory. */
export function sizeOf(value: Value): string | undefined {
  return value.kind === 'tensor' ? formatSize(tensorBytes(value.type)) : undefined;
}

/** `f32[1, 16]`, and of an expression that came to several values the first and how many more. */
export function shownValues(seen: readonly Seen[]): string {
  const more = seen.length - 1;
  return `${seen[0].text}${more > 0 ? ` and ${more} more` : ''}`;
}
