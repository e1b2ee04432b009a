/**
 * Reads the text that `printTileProgram` writes. Statements may stand in any order, but those of one kind that have numbers stand in the order
 * of their numbers. Every mistake is a diagnostic at its place: a word that does not belong there, a buffer, class or tile that is not there,
 * a list of another length. Whether the program makes sense is not asked: that is what the referee of a placement is for.
 */
import type { Diagnostic, Outcome, Source } from '@tessera-dnn/diagnostics';
import { LineReader, readLines, type TextLine } from '@tessera-dnn/graph';
import type { BufferId, TileProgram } from '../program.ts';
import { readBuffer, readBufferId, readContents } from './buffers.ts';
import { readClass, readCode, readSpread } from './codes.ts';
import { readPhase } from './phases.ts';
import { readMove, readProgram, readVariable } from './programs.ts';
import { type Scope, type Statement, scopeOf } from './scope.ts';

/** The tile program of a text, or all mistakes that were found in it. */
export function parseTileProgram(source: Source): Outcome<TileProgram> {
  const problems: Diagnostic[] = [];
  const lines = statementsOf(source, problems);
  const value = readTileProgram(source, lines, problems);
  return problems.length === 0 ? { ok: true, value, diagnostics: [] } : { ok: false, diagnostics: problems };
}

const statements: Readonly<Record<Statement, true>> = {
  tiles: true,
  host: true,
  buffer: true,
  contents: true,
  phase: true,
  prepare: true,
  model: true,
  train: true,
  variable: true,
  move: true,
  class: true,
  spread: true,
  code: true,
  unreachable: true,
  origin: true,
  source: true,
};

/** The outermost lines by their first words. */
function statementsOf(source: Source, problems: Diagnostic[]): ReadonlyMap<Statement, readonly TextLine[]> {
  const lines = new Map<Statement, TextLine[]>();
  for (const line of readLines(source)) {
    const reader = new LineReader(line, problems);
    const before = problems.length;
    const statement = reader.oneOf(statements, `a statement: ${Object.keys(statements).join(', ')}`);
    if (problems.length > before) continue;
    const known = lines.get(statement);
    if (known) known.push(line);
    else lines.set(statement, [line]);
  }
  return lines;
}

function readTileProgram(
  source: Source,
  lines: ReadonlyMap<Statement, readonly TextLine[]>,
  problems: Diagnostic[],
): TileProgram {
  const all = (statement: Statement): readonly LineReader[] =>
    (lines.get(statement) ?? []).map(line => {
      const reader = new LineReader(line, problems);
      reader.expect(statement);
      return reader;
    });
  const one = (statement: Statement): LineReader => {
    const [first, second] = all(statement);
    second?.fail(`one line that begins with ${statement}`);
    return first ?? missing(source, statement, problems);
  };
  const { tiles, tileStrideBytes } = readTiles(one('tiles'));
  const scope = scopeOf(tiles, lines, problems);
  const host = readHost(one('host'), scope);
  const codes = all('code').map((line, id) => readCode(line, id, problems));
  const programs = (['model', 'train'] as const).flatMap(kind =>
    all(kind).map(line => ({ at: line.line.start, program: readProgram(line, kind, scope) })),
  );
  return {
    tiles,
    tileStrideBytes,
    ...host,
    buffers: all('buffer').map((line, id) => readBuffer(line, id, scope)),
    contents: all('contents').map(line => readContents(line, scope)),
    phases: all('phase').map((line, id) => readPhase(line, id, scope)),
    prepare: readProgram(one('prepare'), 'prepare', scope),
    programs: programs.sort((a, b) => a.at - b.at).map(({ program }) => program),
    variables: all('variable').map((line, id) => readVariable(line, id, scope)),
    moves: all('move').map(line => readMove(line, scope)),
    classes: all('class').map((line, id) => readClass(line, id, scope)),
    spreads: all('spread').map(readSpread),
    codes: codes.map(({ code }) => code),
    codeNames: codes.map(({ name }) => name),
    outOfReach: all('unreachable').map(readUnreachable),
  };
}

/** A reader of nothing, once it is said what is missing. */
function missing(source: Source, statement: Statement, problems: Diagnostic[]): LineReader {
  const end = source.text.length;
  const reader = new LineReader({ source, start: end, end, children: [] }, problems);
  reader.fail(`a line that begins with ${statement}`);
  return reader;
}

function readTiles(line: LineReader): Pick<TileProgram, 'tiles' | 'tileStrideBytes'> {
  const tiles = line.whole('how many tiles', 1, mostTiles);
  line.expect(',');
  const tileStrideBytes = line.whole('how many bytes');
  line.expect('B');
  line.expect('apart');
  line.end();
  return { tiles, tileStrideBytes };
}

/** So many that no list of one number per tile is too long. */
const mostTiles = 1 << 24;

function readHost(line: LineReader, scope: Scope): { readonly transfer: BufferId; readonly seed: BufferId } {
  line.expect('transfer');
  const transfer = readBufferId(line, scope);
  line.expect(',');
  line.expect('seed');
  const seed = readBufferId(line, scope);
  line.end();
  return { transfer, seed };
}

function readUnreachable(line: LineReader): string {
  const name = line.string();
  line.end();
  return name;
}
