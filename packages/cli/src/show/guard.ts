/**
 * Everything that is printed passes through here. Names from files may contain control characters; the terminal gets only those that
 * Tessera itself writes, for colours and to erase the line of progress.
 */
import { printable } from '@tessera-dnn/diagnostics';
import type { Stream } from '../io.ts';

const sequence = '\u001b\\[';
const ours = {
  colour: `${sequence}[\\d;]*m`,
  eraseLine: `\\r${sequence}2K`,
} as const;

/** The same stream, on which every other control character is printed as an escape sequence. JSON text keeps its value. */
export function guarded(stream: Stream): Stream {
  const allowed = [...(stream.hasColors ? [ours.colour] : []), ...(stream.isTerminal ? [ours.eraseLine] : [])];
  const pattern = allowed.length > 0 ? new RegExp(`(${allowed.join('|')})`) : undefined;
  const shown = (text: string): string =>
    pattern
      ? text
          .split(pattern)
          // `split` puts our own control sequences at the odd places.
          .map((part, i) => (i % 2 === 0 ? printable(part) : part))
          .join('')
      : printable(text);
  return { ...stream, write: text => stream.write(shown(text)) };
}
