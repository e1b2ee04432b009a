/** A wasm assembler of a few lines, so that the chip is tested with artifacts that our compiler has not made. */

type Bytes = readonly number[];

export interface FunctionSource {
  /** The name it is exported under. */
  readonly name: string;
  /** How many parameters it has, all i32; it has no results. */
  readonly parameters: number;
  readonly body: Bytes;
}

/** A module that exports a memory of one page and `functions`, whose numbers are their positions in the list. */
export function assemble(
  functions: readonly FunctionSource[],
  custom: readonly (readonly [string, string])[],
): Uint8Array {
  const types = functions.map(({ parameters }) => [0x60, parameters, ...new Array(parameters).fill(0x7f), 0]);
  const exports = functions.map(({ name }, i) => [...nameBytes(name), 0, i]);
  const bodies = functions.map(({ body }) => [0, ...body, 0x0b]);
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(3, vector(functions.map((_, i) => [i]))),
    ...section(5, [1, 1, 1, 1]),
    ...section(7, vector([[...nameBytes('memory'), 2, 0], ...exports])),
    ...section(10, vector(bodies.map(body => [...unsigned(body.length), ...body]))),
    ...custom.flatMap(([name, text]) => section(0, [...nameBytes(name), ...new TextEncoder().encode(text)])),
  );
}

export const i32 = (value: number): Bytes => [0x41, ...signed(value)];
export const get = (local: number): Bytes => [0x20, local];
export const set = (local: number): Bytes => [0x21, local];
export const call = (index: number, ...args: number[]): Bytes => [...args.flatMap(i32), 0x10, index];
export const add: Bytes = [0x6a];
export const shiftLeft: Bytes = [0x74];
export const equal: Bytes = [0x46];
export const and: Bytes = [0x71];
export const convert: Bytes = [0xb2];
export const multiply: Bytes = [0x94];
export const negate: Bytes = [0x8c];
export const unreachable: Bytes = [0x00];
export const loadF32 = (offset: number): Bytes => [0x2a, 0, ...unsigned(offset)];
export const storeF32 = (offset: number): Bytes => [0x38, 0, ...unsigned(offset)];
export const loadI32 = (offset: number): Bytes => [0x28, 0, ...unsigned(offset)];
export const storeI32 = (offset: number): Bytes => [0x36, 0, ...unsigned(offset)];
export const loadByte = (offset: number): Bytes => [0x2d, 0, ...unsigned(offset)];
export const when = (condition: Bytes, then: Bytes): Bytes => [...condition, 0x04, 0x40, ...then, 0x0b];
/** Runs the body while `local` is below `end`, and adds one to `local` after each time. */
export const countTo = (local: number, end: number, body: Bytes): Bytes => [
  ...[0x02, 0x40, 0x03, 0x40, ...get(local), ...get(end), 0x4f, 0x0d, 1],
  ...body,
  ...[...get(local), ...i32(1), ...add, ...set(local), 0x0c, 0, 0x0b, 0x0b],
];

function section(id: number, content: Bytes): Bytes {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly Bytes[]): Bytes {
  return [...unsigned(items.length), ...items.flat()];
}

function nameBytes(text: string): Bytes {
  const bytes = new TextEncoder().encode(text);
  return [...unsigned(bytes.length), ...bytes];
}

function unsigned(value: number): Bytes {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Bytes {
  const low = value & 0x7f;
  const rest = value >> 7;
  const done = (rest === 0 && !(low & 0x40)) || (rest === -1 && low & 0x40);
  return done ? [low] : [low | 0x80, ...signed(rest)];
}
