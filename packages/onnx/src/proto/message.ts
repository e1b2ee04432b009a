/**
 * Reads messages of protobuf by tables of their fields. A table is the schema and the type at once: what a field is read as is what the message has.
 * Fields that the table lacks are skipped. It stands on the wire reader of `@bufbuild/protobuf`, which checks every length.
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** How one value of a field is read. `packed` tells numbers, of which many may stand in one length-delimited record. */
export interface Reading<T> {
  readonly read: (reader: BinaryReader, depth: number) => T;
  readonly packed?: boolean;
}

export interface Field<T> {
  readonly number: number;
  readonly start: () => T;
  /** A method, so that fields of all types are fields of unknown ones. */
  take(before: T, reader: BinaryReader, wire: WireType, depth: number): T;
}

/** The fields of a message by name. */
type Fields = { readonly [name: string]: Field<unknown> };
type FieldValue<F> = F extends Field<infer T> ? T : never;

/** The message that a table of fields reads. */
export type Message<F> = { readonly [name in keyof F]: FieldValue<F[name]> };

/** Messages lie in each other at most this deep: no model needs as much, and what comes from outside must not exhaust the stack. */
const mostDepth = 64;

/** Thrown where bytes are no such message; `decode` catches it. */
class Malformed extends Error {}

/** A field that stands at most once; the last one counts. */
export function one<T>(number: number, { read }: Reading<T>): Field<T | undefined> {
  return { number, start: () => undefined, take: (_, reader, _wire, depth) => read(reader, depth) };
}

/** A field that may stand any number of times. */
export function many<T>(number: number, { read, packed = false }: Reading<T>): Field<readonly T[]> {
  const take = (before: readonly T[], reader: BinaryReader, wire: WireType, depth: number): readonly T[] => {
    // The list is this message's own, made by `start`.
    const list = before as T[];
    if (!packed || wire !== WireType.LengthDelimited) list.push(read(reader, depth));
    else for (const end = endOf(reader); reader.pos < end; ) list.push(read(reader, depth));
    return list;
  };
  return { number, start: () => [], take };
}

/** The end of the length-delimited record that begins here. */
function endOf(reader: BinaryReader): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new Malformed('a length leads beyond the end');
  return end;
}

/** A message within a message. The table comes as a function, so that messages may hold each other. */
export function nested<F extends Fields>(fields: () => F): Reading<Message<F>> {
  return { read: (reader, depth) => readUntil(reader, endOf(reader), fields(), depth + 1) };
}

/** UTF-8; bytes that are none become U+FFFD. */
export const text: Reading<string> = { read: reader => new TextDecoder().decode(reader.bytes()) };
/** Shares the memory of the file. */
export const bytes: Reading<Uint8Array> = { read: reader => reader.bytes() };
/** Whole numbers of 32 bits, also those of enums. */
export const int32: Reading<number> = { read: reader => reader.int32(), packed: true };
/** Floats of 32 bits. */
export const float: Reading<number> = { read: reader => reader.float(), packed: true };
/** Floats of 64 bits. */
export const double: Reading<number> = { read: reader => reader.double(), packed: true };
/** Beyond 2^53 the nearest double: such numbers only say "to the end" in models. What is stored in tensors is `big`. */
export const int64: Reading<number> = { read: reader => Number(reader.int64()), packed: true };
/** Whole numbers of 64 bits, exactly. */
export const big: Reading<bigint> = { read: reader => BigInt(reader.int64()), packed: true };
/** Whole numbers of 64 bits without a sign. */
export const unsignedBig: Reading<bigint> = { read: reader => BigInt(reader.uint64()), packed: true };

function readUntil<F extends Fields>(reader: BinaryReader, end: number, fields: F, depth: number): Message<F> {
  if (depth > mostDepth) throw new Malformed('messages are nested too deep');
  const message: Record<string, unknown> = {};
  const byNumber = new Map<number, readonly [string, Field<unknown>]>();
  for (const [name, field] of Object.entries(fields)) {
    message[name] = field.start();
    byNumber.set(field.number, [name, field]);
  }
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const known = byNumber.get(number);
    if (known === undefined) reader.skip(wire, number);
    else message[known[0]] = known[1].take(message[known[0]], reader, wire, depth);
  }
  if (reader.pos !== end) throw new Malformed('a field leads beyond the end of its message');
  return message as Message<F>;
}

/** The message in `content`, or why it is none. Bytes fields share the memory of `content`. */
export function decode<F extends Fields>(fields: F, content: Uint8Array): Message<F> | { readonly malformed: string } {
  try {
    const reader = new BinaryReader(content);
    return readUntil(reader, content.length, fields, 0);
  } catch (error) {
    if (error instanceof Error) return { malformed: error.message };
    throw error;
  }
}
