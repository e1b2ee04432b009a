/** Files that the pages save: what reads them finds the numbers of the plan in them. */
import { parseCsv, verifyPlacement } from '@tessera-dnn/allocator';
import { memoryTables, tryPlan } from '@tessera-dnn/compiler/planning';
import { tinyChip } from '@tessera-dnn/machine';
import { expect, it } from 'vitest';
import { boxesOf, chromeTrace, drawnTile, explore, memorySvg, tileCsv, tileJson } from '../src/index.ts';

const source = {
  name: 'net.dnn',
  text: 'model net(x: f32[8, 64]) -> f32[8, 8] {\n  x |> dense(64) as a |> relu |> dense(8) as b |> softmax\n}\n',
};
const options = { chip: { ...tinyChip, tiles: 4, sramBytes: 4096 } };
const tables = memoryTables(source, options);
const { placed } = tryPlan(source, options, 'without-hints');
if (!tables.ok || !placed) throw new Error('nothing was placed');
const explored = explore(placed, tables.value, []);
const program = explored.programs.at(-1)!;

it('a trace has every phase one behind the other, and as many cycles as the report', () => {
  const { traceEvents } = chromeTrace(explored, program, 1);
  const slices = traceEvents.filter(({ ph, tid }) => ph === 'X' && tid === 1);
  expect(slices).toHaveLength(2 * program.phases);
  let end = 0;
  for (const { ts = 0, dur = 0 } of slices) {
    expect(ts).toBe(end);
    end = ts + dur;
  }
  expect(end).toBe(explored.memory.programs.at(-1)?.cycles);
  const lives = traceEvents.filter(({ ph }) => ph === 'C').map(({ args }) => args['live']);
  expect(lives).toEqual(tileJson(explored, program, 1).phases.map(({ liveBytes }) => liveBytes));
});

it('the allocator reads the buffers, and their own places suit it', () => {
  const read = parseCsv({ name: 'tile.csv', text: tileCsv(explored, program, 0) });
  if (!read.ok) throw new Error(read.diagnostics[0].message);
  const boxes = boxesOf(explored, program, 0);
  expect(read.value.buffers.map(({ size }) => size)).toEqual(boxes.map(({ bytes }) => bytes));
  const start = explored.layout.residentBytes;
  expect(
    verifyPlacement(
      read.value,
      boxes.map(({ offsetBytes }) => offsetBytes - start),
    ),
  ).toEqual([]);
});

it('JSON and picture are there for what does not fit', () => {
  const tile = tileJson(explored, program, 0);
  expect(tile).toMatchObject({ fits: false, program: 'net', chip: { sramBytes: 4096 } });
  expect(tile.boxes).toHaveLength(boxesOf(explored, program, 0).length);
  expect(tile.lasting.map(({ name }) => name)).toEqual(expect.arrayContaining(['a.weight', 'tables', 'code']));
  const svg = memorySvg(drawnTile(explored, program, 0), 'net.dnn');
  expect(svg.match(/<title>/g)).toHaveLength(1 + tile.boxes.length);
  expect(svg).toContain('net.dnn:2');
});
