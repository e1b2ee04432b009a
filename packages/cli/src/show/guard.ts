/**
 * What is printed passes here: whatever a name from a file brings along, the terminal gets no commands but ours, colours and taking back
 * the line of progress.
 */
import { printable } from '@tessera/diagnostics';
import type { Stream } from '../io.ts';

const sequence = '\u001b\\[';
const ours = {
  colour: `${sequence}[\\d;]*m`,
  eraseLine: `\\r${sequence}2K`,
} as const;

/** The same stream, with every other control character as its escape. JSON stays the same value. */
export function guarded(stream: Stream): Stream {
  const allowed = [...(stream.hasColors ? [ours.colour] : []), ...(stream.isTerminal ? [ours.eraseLine] : [])];
  const pattern = allowed.length > 0 ? new RegExp(`(${allowed.join('|')})`) : undefined;
  const shown = (text: string): string =>
    pattern
      ? text
          .split(pattern)
          // What was split at stands at odd places.
          .map((part, i) => (i % 2 === 0 ? printable(part) : part))
          .join('')
      : printable(text);
  return { ...stream, write: text => stream.write(shown(text)) };
}
