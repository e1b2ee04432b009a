/** Finds out what a log holds already. It is read in pieces, since it may be longer than the longest string of JavaScript. */
import { closeSync, openSync, readSync } from 'node:fs';

const pieceBytes = 2 ** 20;
const [lineFeed, brace] = [0x0a, 0x7b];
/** No step has a longer line, so a file with a longer one is not a log. */
const longestLineBytes = 2 ** 26;

/** How many bytes from the beginning are lines of steps up to `steps`; undefined if a complete line is not that of a step. */
export function keptBytes(path: string, steps: number): number | undefined {
  const file = openSync(path, 'r');
  try {
    return keptIn(file, steps);
  } finally {
    closeSync(file);
  }
}

function keptIn(file: number, steps: number): number | undefined {
  const piece = Buffer.alloc(pieceBytes);
  let rest = Buffer.alloc(0);
  let end = 0;
  for (;;) {
    const read = readSync(file, piece, 0, pieceBytes, end + rest.length);
    // A file without a complete line is accepted only if it could be the beginning of a first line.
    if (read === 0) return end === 0 && rest.length > 0 && rest[0] !== brace ? undefined : end;
    const text = Buffer.concat([rest, piece.subarray(0, read)]);
    const lines = keptLines(text, steps);
    if (lines === undefined) return undefined;
    end += lines.bytes;
    if (lines.hasLater) return end;
    rest = Buffer.from(text.subarray(lines.bytes));
    if (rest.length > longestLineBytes) return undefined;
  }
}

/** The bytes of those complete lines in `text` that are kept, and whether a line of a later step followed. */
function keptLines(text: Buffer, steps: number): { readonly bytes: number; readonly hasLater: boolean } | undefined {
  let end = 0;
  for (let next = text.indexOf(lineFeed); next !== -1; next = text.indexOf(lineFeed, end)) {
    const step = stepOf(text.toString('utf8', end, next));
    if (step === undefined) return undefined;
    if (step > steps) return { bytes: end, hasLater: true };
    end = next + 1;
  }
  return { bytes: end, hasLater: false };
}

function stepOf(line: string): number | undefined {
  try {
    const { step } = JSON.parse(line);
    return Number.isInteger(step) ? step : undefined;
  } catch {
    return undefined;
  }
}
