/** Changes artifacts so that one of their functions loops for ever. */

/** The instructions loop, br 0 and end. */
const forEver = [0x03, 0x40, 0x0c, 0x00, 0x0b];
const [nop, end] = [0x01, 0x0b];

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** A copy of `artifact` whose export `name` loops for ever. */
export function loopingIn(artifact: Uint8Array, name: string): Uint8Array {
  const bytes = artifact.slice();
  const index = exportOf(sectionOf(bytes, 7), name);
  const code = sectionOf(bytes, 10);
  const count = number(code);
  for (let i = 0; i < count; i++) {
    const size = number(code);
    if (i === index) {
      // The function has no locals, then the loop, then nothing until its end.
      bytes.fill(nop, code.at, code.at + size - 1).set([0, ...forEver], code.at);
      bytes[code.at + size - 1] = end;
    }
    code.at += size;
  }
  return bytes;
}

/** A copy that runs its first function as soon as it is instantiated. */
export function beginningByItself(artifact: Uint8Array): Uint8Array {
  const { at } = sectionOf(artifact, 10, true);
  return Uint8Array.of(...artifact.subarray(0, at), 8, 1, 0, ...artifact.subarray(at));
}

/** The content of the section of this kind, or where it begins. */
function sectionOf(bytes: Uint8Array, kind: number, isWhole = false): Cursor {
  const cursor = { bytes, at: 8 };
  for (;;) {
    const begin = cursor.at;
    const found = bytes[cursor.at++];
    const size = number(cursor);
    if (found === kind) return isWhole ? { bytes, at: begin } : cursor;
    cursor.at += size;
  }
}

/** The index of the function that is exported as `name`; artifacts import none. */
function exportOf(cursor: Cursor, name: string): number {
  for (let left = number(cursor); left > 0; left--) {
    const length = number(cursor);
    const found = new TextDecoder().decode(cursor.bytes.subarray(cursor.at, cursor.at + length));
    cursor.at += length + 1;
    const index = number(cursor);
    if (found === name) return index;
  }
  throw new Error(`no export ${name}`);
}

/** LEB128. */
function number(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = cursor.bytes[cursor.at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
}
