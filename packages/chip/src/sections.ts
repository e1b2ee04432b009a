/** The sections of a wasm binary, read without compiling it, so that a manifest can be read on a host that cannot run the code. */

/** What the bytes are: a module with whole sections, no module at all, or one that ends within the section at `offset`. */
export type SectionWalk =
  | { readonly kind: 'sections'; readonly manifest?: Uint8Array; readonly hasStart: boolean }
  | { readonly kind: 'foreign'; readonly hasStart?: false }
  | { readonly kind: 'truncated'; readonly offset: number; readonly hasStart?: false };

/** The custom section that holds the manifest; its name is ASCII. */
export const manifestSection = 'tessera';

/** `\0asm`, version 1. */
export const emptyModule = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
const customSection = 0;
/** The section that names a function to be run while the module is instantiated. */
const startSection = 8;

/**
 * The manifest's section (the first of its name), if the sections fill `bytes` exactly. Never throws, whatever the bytes.
 * The format: https://webassembly.github.io/spec/core/binary/modules.html.
 */
export function walkSections(bytes: Uint8Array): SectionWalk {
  if (emptyModule.some((byte, i) => byte !== bytes[i])) return { kind: 'foreign' };
  let manifest: Uint8Array | undefined;
  let hasStart = false;
  for (let at = emptyModule.length; at < bytes.length; ) {
    const size = readUnsigned(bytes, at + 1);
    if (!size || size.next + size.value > bytes.length) return { kind: 'truncated', offset: at };
    const end = size.next + size.value;
    hasStart ||= bytes[at] === startSection;
    if (bytes[at] === customSection) manifest ??= contentOf(bytes.subarray(size.next, end));
    at = end;
  }
  return { kind: 'sections', manifest, hasStart };
}

/** What follows the name of a custom section, if that is the manifest's. */
function contentOf(section: Uint8Array): Uint8Array | undefined {
  const { length } = manifestSection;
  const isManifest =
    section[0] === length && String.fromCharCode(...section.subarray(1, 1 + length)) === manifestSection;
  return isManifest ? section.subarray(1 + length) : undefined;
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
