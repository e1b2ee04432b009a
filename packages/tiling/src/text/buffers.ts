/** Buffers as lines: `buffer b4 activation "conv1": f32[8, 8] of [256*4] replaces b2 @1`, bytes per tile after `of`. */
import { elementCount, type LineReader, showNumber, showType } from '@tessera-dnn/graph';
import type { Buffer, BufferId, BufferKind, Contents } from '../program.ts';
import { readCell, showCell } from './cells.ts';
import type { OriginWriter } from './origins.ts';
import { readRuns, showRuns } from './runs.ts';
import type { Scope } from './scope.ts';

const kinds: Readonly<Record<BufferKind, true>> = {
  param: true,
  state: true,
  prepared: true,
  constant: true,
  activation: true,
  input: true,
  partial: true,
  scratch: true,
  host: true,
};

/** The line of buffer `id`. */
export function showBuffer(buffer: Buffer, id: number, origins: OriginWriter): string {
  const { name, kind, type, bytes, origin, resident, replaces } = buffer;
  const stays = resident ? ' resident' : '';
  const over = replaces === undefined ? '' : ` replaces b${replaces}`;
  const of = `${JSON.stringify(name)}: ${showType(type)} of ${showRuns(bytes)}`;
  return `buffer b${id} ${kind} ${of}${stays}${over}${origins.show(origin)}`;
}

/** Reads the line of buffer `id`; bytes are one number per tile, or one alone for a buffer of the host. */
export function readBuffer(line: LineReader, id: number, scope: Scope): Buffer {
  line.expect(`b${id}`);
  const kind = line.oneOf(kinds, `one of ${Object.keys(kinds).join(', ')}`);
  const name = line.string();
  line.expect(':');
  const type = line.type();
  line.expect('of');
  const bytes = readRuns(line, kind === 'host' ? 1 : scope.tiles);
  const resident = line.accepts('resident');
  const replaces = line.accepts('replaces') ? readBufferId(line, scope) : undefined;
  const origin = scope.origins.read(line);
  line.end();
  return { name, kind, type, bytes, origin, resident, ...(replaces !== undefined && { replaces }) };
}

/** Reads `b3`, the number of a buffer that the program has. */
export function readBufferId(line: LineReader, { buffers }: Scope): BufferId {
  return line.numbered('b', 'a buffer', buffers) as BufferId;
}

/** `contents of b5: f32[] = 3.5`, a list where elements differ; the cells on lines of their own. */
export function showContents({ buffer, type, data, cells }: Contents): string {
  const values = typeof data === 'number' ? showNumber(data) : showRuns(data);
  return [`contents of b${buffer}: ${showType(type)} = ${values}`, ...cells.map(showCell)].join('\n');
}

/** Data of more than one number come back as doubles, whatever array they were in. */
export function readContents(line: LineReader, scope: Scope): Contents {
  line.expect('of');
  const buffer = readBufferId(line, scope);
  line.expect(':');
  const type = line.type();
  line.expect('=');
  const data = line.hasNumber() ? line.number() : readRuns(line, elementCount(type.shape));
  line.end();
  return { buffer, type, data, cells: scope.children(line).map(cell => readCell(cell, scope)) };
}
