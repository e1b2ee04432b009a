/** Puts a wasm binary together from sections, with one allocation and one copy of every byte: a data section may hold 100 MB. */
import { unsignedBytes, writeUnsigned } from './leb128.ts';
import { headerBytes, sectionId, splitSections } from './split.ts';

/** A section as consecutive pieces, which are not joined before they reach their final place. */
export interface PiecedSection {
  readonly id: number;
  readonly pieces: readonly Uint8Array[];
}

const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** A wasm binary: magic number, version, and the sections in the order given. */
export function joinSections(sections: readonly PiecedSection[]): Uint8Array<ArrayBuffer> {
  const sizes = sections.map(section => totalBytes(section.pieces));
  const wasm = new Uint8Array(moduleBytes(sections));
  wasm.set(magicAndVersion);
  let at = headerBytes;
  sections.forEach((section, i) => {
    wasm[at] = section.id;
    at = writeUnsigned(wasm, at + 1, sizes[i]);
    for (const piece of section.pieces) {
      wasm.set(piece, at);
      at += piece.length;
    }
  });
  return wasm;
}

/** The bytes of a module of these sections. */
export function moduleBytes(sections: readonly PiecedSection[]): number {
  const sizes = sections.map(section => totalBytes(section.pieces));
  return sizes.reduce((sum, size) => sum + 1 + unsignedBytes(size) + size, headerBytes);
}

/** The bytes of all pieces together. */
export function totalBytes(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** `value` as an unsigned LEB128 number, in as few bytes as it takes. */
export function unsigned(value: number): Uint8Array {
  const bytes = new Uint8Array(unsignedBytes(value));
  writeUnsigned(bytes, 0, value);
  return bytes;
}

/** The sections of `wasm`; the first `bodies.length` entries of its code section are replaced by `bodies`. */
export function withBodies(
  sections: readonly PiecedSection[],
  original: readonly Uint8Array[],
  bodies: readonly Uint8Array[],
): readonly PiecedSection[] {
  const entries = [...bodies, ...original.slice(bodies.length)];
  const pieces = [unsigned(entries.length), ...entries.flatMap(body => [unsigned(body.length), body])];
  return sections.map(section => (section.id === sectionId.code ? { id: section.id, pieces } : section));
}

/** The sections of a binary, each of one piece; the pieces are views of `wasm`, no copies. Bad bytes are an InternalError. */
export function pieced(wasm: Uint8Array): readonly PiecedSection[] {
  return splitSections(wasm).map(({ id, bytes }) => ({ id, pieces: [bytes] }));
}
