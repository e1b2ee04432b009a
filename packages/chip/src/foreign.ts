/** What comes from outside: values of any kind, errors of any host, text in UTF-8. */

/** The class of a value by its own word, whichever window it is from: `Null`, `Number`, `Float32Array`, `Response`. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** What messages call a value that is none of those wanted: `null`, `a number`, `an Int32Array`. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  const tag = tagOf(value);
  return withArticle(typeof value === 'object' && tag !== 'Object' ? tag : typeof value);
}

/** `a Float32Array`, `an Int8Array`. */
export function withArticle(noun: string): string {
  return `${/^[aeio]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** What an error says; anything may be thrown. */
export function reasonOf(error: unknown): string {
  return String((error as { readonly message?: unknown } | undefined)?.message ?? error);
}

/** The text that these bytes are in UTF-8. Throws where they are none. An audio worklet, or a page that a test pretends, has no `TextDecoder`. */
export function textOf(bytes: Uint8Array): string {
  if (typeof TextDecoder === 'function') return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  return decodeURIComponent(Array.from(bytes, byte => `%${(256 + byte).toString(16).slice(1)}`).join(''));
}

/** Milliseconds; an audio worklet has no `performance`. */
export function now(): number {
  return (globalThis.performance ?? Date).now();
}
