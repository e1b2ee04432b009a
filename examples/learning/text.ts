/** The text that the examples learn to write: the language's prelude, in characters of ASCII. */
import { preludeSources } from '@tessera-dnn/language';
import { codesOf } from './continue.ts';

/** The codes of the characters, all below 128. */
export function preludeCodes(): Int32Array {
  const text = preludeSources.map(source => source.text).join('\n');
  return codesOf(text);
}

/** Windows of the text, `stride` characters apart, and for each the window one character later. */
export function windowsOf(
  codes: Int32Array,
  window: number,
  stride: number,
): { readonly ids: Int32Array; readonly following: Int32Array } {
  const count = Math.floor((codes.length - window - 1) / stride) + 1;
  const from = (shift: number) => {
    const samples = new Int32Array(count * window);
    for (let i = 0; i < count; i++) {
      samples.set(codes.subarray(i * stride + shift, i * stride + shift + window), i * window);
    }
    return samples;
  };
  return { ids: from(0), following: from(1) };
}
