/** Copies syntax to another place of another text. */
import type { Source, Span } from '@tessera-dnn/diagnostics';

/**
 * A copy of `value` (plain data: nodes, diagnostics) in which every span of the text `from` is one of `to`, `by` characters further on. Chains
 * of pipes may be thousands of levels deep, so the copying is a loop.
 */
export function moved<T extends object>(value: T, from: Source, to: Source, by: number): T {
  const root = emptyLike(value);
  const open: [from: object, to: object][] = [[value, root]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [original, copy] = next;
    for (const [key, part] of Object.entries(original)) {
      let made: unknown = part;
      if (part === from) made = to;
      else if (typeof part === 'object' && part !== null) {
        made = isSpanOf(part, from) ? { source: to, start: part.start + by, end: part.end + by } : emptyLike(part);
        if (!isSpanOf(part, from)) open.push([part, made as object]);
      }
      Reflect.set(copy, key, made);
    }
  }
  return root;
}

function emptyLike<T extends object>(value: T): T {
  return (Array.isArray(value) ? [] : {}) as T;
}

function isSpanOf(value: object, source: Source): value is Span {
  return 'source' in value && value.source === source;
}
