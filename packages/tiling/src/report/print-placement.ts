/**
 * A placement as text to look at: what the stage prints. A buffer lies at one offset on all tiles that hold it, so one list tells of them
 * all; bytes are those of the tile that holds most of it.
 */
import type { Placement } from '../place/place.ts';
import { wordBytes } from '../place/residents.ts';
import type { Buffer, TileProgram } from '../program.ts';

interface Row {
  readonly start: number;
  readonly bytes: number;
  readonly text: string;
}

/** The memory of all tiles, then that of the host, both by address. */
export function printPlacement(program: TileProgram, placement: Placement): string {
  const { tileStrideBytes, hostAddress, totalBytes } = placement;
  const { tiles } = program;
  const apart = tiles === 1 ? '1 tile' : `${tiles} tiles, each ${tileStrideBytes} bytes after the one before`;
  const lines = [
    `${apart}; ${totalBytes} bytes with the host window`,
    fullest(placement),
    `${tiles === 1 ? 'tile' : 'all tiles alike'}, by offset from the first byte; in parentheses the phases in which it is live:`,
    ...rowTexts([...tileRows(program, placement), tableRow(program, placement)]),
    `host window, by address, from ${hostAddress} on:`,
    ...rowTexts([...hostRows(program, placement), ...transferRows(placement)]),
  ];
  return `${lines.join('\n')}\n`;
}

function fullest({ tiles }: Placement): string {
  const most = tiles.reduce((a, b) => (b.total > a.total ? b : a));
  const { total, residents, transients, transientBound, tables, code } = most;
  const least = transientBound < transients ? ` (at least ${transientBound})` : '';
  return `tile ${tiles.indexOf(most)} is the fullest: ${total} bytes, ${residents} residents, ${transients} transient${least}, ${tables} tables, ${code} code`;
}

function tileRows(program: TileProgram, { offsets, storage, ties }: Placement): readonly Row[] {
  const { life, rootOf } = storage;
  return program.buffers.flatMap((buffer, index): Row[] => {
    const holders = [...buffer.bytes.keys()].filter(tile => buffer.bytes[tile] > 0);
    if (buffer.kind === 'host' || holders.length === 0 || (!buffer.resident && life.first[index] < 0)) return [];
    const lives = buffer.resident ? 'always' : `${life.first[index]}..${life.last[index]}`;
    const over = rootOf[index] === index ? '' : `, over ${program.buffers[rootOf[index]].name}`;
    const behind = ties
      .filter(({ result }) => result === index)
      .map(({ operand }) => `, behind ${program.buffers[operand].name}`);
    const text = `${named(buffer)} (${lives})${holdersText(holders, program)}${over}${behind.join('')}`;
    return [{ start: offsets[index][holders[0]], bytes: buffer.bytes.reduce((a, b) => Math.max(a, b), 0), text }];
  });
}

function holdersText(holders: readonly number[], { tiles }: TileProgram): string {
  if (tiles === 1) return '';
  if (holders.length === 1) return ` on tile ${holders[0]}`;
  return holders.length === tiles ? ' on all tiles' : ` on ${holders.length} tiles`;
}

function tableRow(program: TileProgram, { tableOffset, tiles }: Placement): Row {
  const bytes = tiles.reduce((most, use) => Math.max(most, use.tables), 0);
  return { start: tableOffset, bytes, text: `tables (always)${holdersText([...tiles.keys()], program)}` };
}

function hostRows({ buffers }: TileProgram, { offsets }: Placement): readonly Row[] {
  return buffers.flatMap((buffer, index) =>
    buffer.kind === 'host' ? [{ start: offsets[index][0], bytes: buffer.bytes[0], text: named(buffer) }] : [],
  );
}

function transferRows({ transferTable, preparedFlag, totalBytes }: Placement): readonly Row[] {
  const end = preparedFlag + wordBytes;
  const transfers = 'how the host reads, writes and initialises variables';
  return [
    { start: transferTable, bytes: preparedFlag - transferTable, text: transfers },
    { start: preparedFlag, bytes: wordBytes, text: 'flag: whether prepared values are fresh' },
    { start: end, bytes: totalBytes - end, text: 'rest of the last page' },
  ];
}

function named({ kind, name }: Buffer): string {
  return kind === 'host' ? name : `${kind} ${name}`;
}

function rowTexts(rows: readonly Row[]): readonly string[] {
  const sorted = [...rows].sort((a, b) => a.start - b.start);
  return sorted.map(({ start, bytes, text }) => `  ${start}..${start + bytes} ${text}`);
}
