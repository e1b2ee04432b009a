/** The sections of a wasm binary, read without compiling it, so that a manifest can be read on a host that cannot run the code. */

/** What the bytes are: a module with whole sections, no module at all, or one that ends within the section at `offset`. */
export type SectionWalk =
  | { readonly kind: 'sections'; readonly custom: ReadonlyMap<string, Uint8Array>; readonly hasStart: boolean }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'truncated'; readonly offset: number };

/** `\0asm`, version 1. */
const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const customSection = 0;
/** The section that names a function to be run while the module is instantiated. */
const startSection = 8;

/**
 * The custom sections by name (the first of each name), if the sections fill `bytes` exactly. Never throws, whatever the bytes.
 * The format: https://webassembly.github.io/spec/core/binary/modules.html.
 */
export function walkSections(bytes: Uint8Array): SectionWalk {
  const start = bytes.subarray(0, header.length);
  if (start.some((byte, i) => byte !== header[i])) return { kind: 'foreign' };
  if (bytes.length < header.length)
    return bytes.length < 4 ? { kind: 'foreign' } : { kind: 'truncated', offset: bytes.length };
  const custom = new Map<string, Uint8Array>();
  let hasStart = false;
  for (let at = header.length; at < bytes.length; ) {
    const size = readUnsigned(bytes, at + 1);
    if (!size || size.next + size.value > bytes.length) return { kind: 'truncated', offset: at };
    const end = size.next + size.value;
    hasStart ||= bytes[at] === startSection;
    const name = bytes[at] === customSection ? readName(bytes.subarray(0, end), size.next) : undefined;
    if (name && !custom.has(name.value)) custom.set(name.value, bytes.subarray(name.next, end));
    at = end;
  }
  return { kind: 'sections', custom, hasStart };
}

function readName(bytes: Uint8Array, at: number): { readonly value: string; readonly next: number } | undefined {
  const length = readUnsigned(bytes, at);
  if (!length || length.next + length.value > bytes.length) return undefined;
  const next = length.next + length.value;
  return { value: new TextDecoder().decode(bytes.subarray(length.next, next)), next };
}

/** An unsigned LEB128 number of up to five bytes; `undefined` if it is longer or cut off. */
function readUnsigned(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let i = 0; i < 5 && at + i < bytes.length; i++) {
    value += (bytes[at + i] & 0x7f) * 2 ** (7 * i);
    if (bytes[at + i] < 0x80) return { value, next: at + i + 1 };
  }
  return undefined;
}
