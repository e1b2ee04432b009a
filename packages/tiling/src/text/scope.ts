/** What the lines of a tile program may name: how many there are of each, and the origins. Known before any of them is read. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import { LineReader, type TextLine } from '@tessera-dnn/graph';
import { OriginReader } from './origins.ts';

/** The first words of the outermost lines. */
export type Statement =
  | 'tiles'
  | 'host'
  | 'buffer'
  | 'contents'
  | 'phase'
  | 'prepare'
  | 'model'
  | 'train'
  | 'variable'
  | 'move'
  | 'class'
  | 'spread'
  | 'code'
  | 'unreachable'
  | 'origin'
  | 'source';

export interface Scope {
  readonly tiles: number;
  readonly buffers: number;
  readonly classes: number;
  readonly codes: number;
  readonly spreads: number;
  readonly phases: number;
  readonly origins: OriginReader;
  /** Of the lines that belong to a line. */
  readonly children: (line: LineReader) => readonly LineReader[];
}

/** Counts the lines by their first words, and reads the origins; mistakes in these go to `problems`. */
export function scopeOf(
  tiles: number,
  lines: ReadonlyMap<Statement, readonly TextLine[]>,
  problems: Diagnostic[],
): Scope {
  const all = (statement: Statement) => lines.get(statement) ?? [];
  return {
    tiles,
    buffers: all('buffer').length,
    classes: all('class').length,
    codes: all('code').length,
    spreads: all('spread').length,
    phases: all('phase').length,
    origins: new OriginReader(all('origin'), all('source'), problems),
    children: ({ line }) => line.children.map(child => new LineReader(child, problems)),
  };
}
