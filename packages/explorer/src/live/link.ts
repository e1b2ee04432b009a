/** A text and its settings as the fragment of an address, which a browser keeps to itself: no server is told. */
import { through } from '../data/deflate.ts';
import type { Settings } from './settings.ts';

export interface Shared {
  readonly name: string;
  readonly text: string;
  readonly settings: Settings;
}

/** `#…`: deflated JSON in the letters that addresses may have. */
export async function fragmentOf(shared: Shared): Promise<string> {
  const bytes = await through(new CompressionStream('deflate-raw'), [new TextEncoder().encode(JSON.stringify(shared))]);
  const text = btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
  return `#${text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** What {@link fragmentOf} was given; undefined where a fragment is none of it. */
export async function sharedIn(fragment: string): Promise<Shared | undefined> {
  try {
    const text = atob(fragment.replace(/^#/, '').replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(text, letter => letter.charCodeAt(0));
    const shared: unknown = JSON.parse(
      new TextDecoder().decode(await through(new DecompressionStream('deflate-raw'), [bytes])),
    );
    return isShared(shared) ? shared : undefined;
  } catch {
    // A link that was cut off, or one of something else.
    return undefined;
  }
}

function isShared(value: unknown): value is Shared {
  if (typeof value !== 'object' || value === null) return false;
  const { name, text, settings } = value as Partial<Shared>;
  const hasChip = typeof settings === 'object' && typeof settings.chip === 'string';
  return typeof name === 'string' && typeof text === 'string' && hasChip;
}
