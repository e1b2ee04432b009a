/** Takes a wasm binary apart: its sections, and the entries of its code section. For Binaryen's output; bad bytes are an `InternalError`. */
import { InternalError } from '@tessera-dnn/diagnostics';
import { readUnsigned } from './leb128.ts';

/** A section without its id and size. `bytes` is a view, no copy. */
export interface Section {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** Section ids of the core specification. */
export const sectionId = {
  custom: 0,
  import: 2,
  function: 3,
  export: 7,
  code: 10,
  data: 11,
} as const;

export const headerBytes = 8;

/** The sections of a binary in their order. A section that ends beyond the binary is an InternalError. */
export function splitSections(wasm: Uint8Array): readonly Section[] {
  const sections: Section[] = [];
  let at = headerBytes;
  while (at < wasm.length) {
    const id = wasm[at];
    const size = read(wasm, at + 1);
    sections.push({ id, bytes: wasm.subarray(size.next, size.next + size.value) });
    at = size.next + size.value;
  }
  if (at !== wasm.length) throw new InternalError('wasm', 'a section runs off the end of the module');
  return sections;
}

/** The function bodies (without their size prefix), in order; views, no copies. */
export function codeBodies(wasm: Uint8Array): readonly Uint8Array[] {
  const code = splitSections(wasm).find(section => section.id === sectionId.code)?.bytes;
  if (!code) return [];
  const count = read(code, 0);
  const bodies: Uint8Array[] = [];
  let at = count.next;
  for (let i = 0; i < count.value; i++) {
    const size = read(code, at);
    at = size.next + size.value;
    bodies.push(code.subarray(size.next, at));
  }
  return bodies;
}

function read(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } {
  const number = readUnsigned(bytes, at);
  if (!number) throw new InternalError('wasm', 'a number runs off the end of the module');
  return number;
}
