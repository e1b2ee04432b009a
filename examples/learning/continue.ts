/** Goes on writing where a prompt ends: one character a run, with the keys and values of all before it in the chip's states. Runs in Node and in pages. */
import type { LoadedChip } from '@tessera-dnn/chip';

/** The codes of a text's characters. Those that are not ASCII are left out. */
export function codesOf(text: string): Int32Array {
  return Int32Array.from(text.replaceAll(/[^\n -~]/g, ''), character => character.charCodeAt(0));
}

export interface Style {
  /** 0 takes the most probable character; a higher one dares more. */
  readonly temperature: number;
  /** How many of the most probable characters count. */
  readonly top: number;
}

/**
 * `count` characters, one by one. Which are drawn, the seed decides with which the chip was loaded. When the cache of `window` characters is full, the
 * later half of them is read again, from the beginning of the cache.
 */
export function* continued(
  chip: LoadedChip,
  prompt: Int32Array,
  count: number,
  { temperature, top }: Style,
  window = 128,
): Generator<string> {
  const codes = [...prompt.slice(-window / 2)];
  if (codes.length === 0) codes.push('\n'.charCodeAt(0));
  let at = 0;
  let next = 0;
  const read = (code: number) => {
    const inputs = { ids: Int32Array.of(code), at: Int32Array.of(at), temperature, top };
    next = chip.run('next', inputs)['id'][0];
    at++;
  };
  for (const code of codes) read(code);
  for (let i = 0; i < count; i++) {
    yield String.fromCharCode(next);
    codes.push(next);
    if (at < window) read(next);
    else {
      at = 0;
      for (const code of codes.slice(-window / 2)) read(code);
    }
  }
}
