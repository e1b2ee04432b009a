/**
 * Writes an image and its kernels as a file: JSON in which bytes are base64 and numbers that JSON lacks are written by name, such as `NaN`.
 */
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import type { Image } from '@tessera-dnn/machine';

export interface Interpretable {
  readonly image: Image;
  readonly kernels: readonly KernelCode[];
}

export function encode(program: Interpretable): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(program, toJson));
}

/** Reads what {@link encode} has made, without checking it. */
export function decode(bytes: Uint8Array): Interpretable {
  return JSON.parse(new TextDecoder().decode(bytes), fromJson) as Interpretable;
}

function toJson(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (Object.is(value, -0)) return { number: '-0' };
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

function fromJson(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return value;
  // It is copied, since small Buffers of Node share memory.
  if ('base64' in value) return Uint8Array.from(Buffer.from(String(value.base64), 'base64'));
  return 'number' in value ? Number(value.number) : value;
}
