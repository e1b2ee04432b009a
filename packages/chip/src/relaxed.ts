/**
 * The code that a portable artifact carries for hosts with relaxed SIMD, put in the place of its own. No module may hold both: a host without the
 * instructions refuses it as a whole.
 */
import { missingFeatures } from './features.ts';
import { emptyModule } from './sections.ts';

/** A section with its id and size: `[start, content, end)`. */
interface Place {
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

const [customSection, codeSection] = [0, 10];
/** A name with its length before it. */
const name = [15, ...new TextEncoder().encode('tessera.relaxed')];

/** `undefined` where the host lacks relaxed SIMD, or is slower with it. The sections of `bytes` are known to be whole. Rejects if they do not compile. */
export async function relaxedModule(bytes: Uint8Array): Promise<WebAssembly.Module | undefined> {
  if (missingFeatures(['relaxed-simd']).length > 0 || isSlowHere()) return undefined;
  const sections = sectionsOf(bytes);
  const code = sections.find(({ start }) => bytes[start] === codeSection);
  const carried = sections.find(({ start, content }) => bytes[start] === customSection && isNamed(bytes, content));
  if (!code || !carried) return undefined;
  const replacement = bytes.subarray(carried.content + name.length, carried.end);
  return WebAssembly.compile(
    joined([
      bytes.subarray(0, code.start),
      Uint8Array.of(codeSection, ...unsigned(replacement.length)),
      replacement,
      bytes.subarray(code.end, carried.start),
      bytes.subarray(carried.end),
    ]),
  );
}

/** Firefox 153 takes 1.6 times as long for ResNet-50 with relaxed SIMD as without; Chromium takes 0.92 times as long. */
function isSlowHere(): boolean {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: string } };
  return / Firefox\//.test(navigator?.userAgent ?? '');
}

function isNamed(bytes: Uint8Array, at: number): boolean {
  return name.every((byte, i) => bytes[at + i] === byte);
}

function sectionsOf(bytes: Uint8Array): readonly Place[] {
  const places: Place[] = [];
  for (let start = emptyModule.length; start < bytes.length; ) {
    let [size, content] = [0, start + 1];
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[content++];
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    places.push({ start, content, end: content + size });
    start = content + size;
  }
  return places;
}

/** LEB128. */
function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(Math.floor(value / 0x80))];
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
