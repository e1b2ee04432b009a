/** Cells of residents: `  cell on 3: start [0, 0] count [3, 4] strides [16, 4] + 0 block 8 of axis 1`, strides and offset in bytes. */
import type { Block, LineReader } from '@tessera-dnn/graph';
import type { VariableCell } from '../program.ts';
import type { Scope } from './scope.ts';

/** The line of one cell of a variable, which stands under the variable's. */
export function showCell({ tile, start, count, strides, offset, block }: VariableCell): string {
  const place = `start [${start.join(', ')}] count [${count.join(', ')}] strides [${strides.join(', ')}] + ${offset}`;
  return `  cell on ${tile}: ${place}${block ? showBlock(block) : ''}`;
}

/** Reads the line of a cell; its tile must be one of the program's. */
export function readCell(line: LineReader, { tiles }: Scope): VariableCell {
  line.expect('cell');
  line.expect('on');
  const tile = line.whole('a tile', 0, tiles);
  line.expect(':');
  const numbers = (name: string) => {
    line.expect(name);
    return line.numbers();
  };
  const place = { start: numbers('start'), count: numbers('count'), strides: numbers('strides') };
  line.expect('+');
  const offset = line.whole('an offset');
  const block = line.accepts('block') ? readBlock(line) : undefined;
  line.end();
  return { tile, ...place, offset, ...(block && { block }) };
}

function showBlock({ axis, size, lanes }: Block): string {
  return ` block ${size} of axis ${axis}${lanes ? ` lanes ${lanes.size} of axis ${lanes.axis}` : ''}`;
}

function readBlock(line: LineReader): Block {
  const neighbours = readNeighbours(line);
  return line.accepts('lanes') ? { ...neighbours, lanes: readNeighbours(line) } : neighbours;
}

function readNeighbours(line: LineReader): { readonly axis: number; readonly size: number } {
  const size = line.whole('a size', 1);
  line.expect('of');
  line.expect('axis');
  return { axis: line.whole('an axis'), size };
}
