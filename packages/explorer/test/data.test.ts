/** What the pages are told of a plan is what the compiler says of it: field by field, tile by tile. */
import { memoryTables, type Plan, tryPlan } from '@tessera-dnn/compiler/planning';
import { type ChipSpec, tinyChip } from '@tessera-dnn/machine';
import { peakMoment, phaseWork, pictureMemory } from '@tessera-dnn/tiling';
import { describe, expect, it } from 'vitest';
import {
  boxesOf,
  bytesInPhase,
  decode,
  type Explored,
  encode,
  explore,
  extent,
  lastingBoxesOf,
  memoryJson,
  momentsOf,
  valueAt,
} from '../src/index.ts';

const text = `model net[n = 4](x: f32[n, 3, 12, 12]) -> f32[n, 8] {
  x |> conv2d(8, 3, padding: 1) as a |> relu |> max_pool(2)
    |> conv2d(8, 3, padding: 1) as b |> relu |> flatten |> dense(8) as fc
}
train fit[n = 8](x: f32[n, 3, 12, 12], y: i32[n]) {
  let loss = cross_entropy(net(x), y)
  minimize loss using sgd(rate: 0.1, momentum: 0.9)
  return { loss }
}
`;

function explored(chip: ChipSpec): { readonly plan: Plan; readonly explored: Explored } {
  const source = { name: 'net.dnn', text };
  const tables = memoryTables(source, { chip });
  const { placed: plan, outcome } = tryPlan(source, { chip }, 'without-hints');
  if (!tables.ok || !plan) throw new Error(JSON.stringify(outcome.diagnostics));
  return { plan, explored: explore(plan, tables.value, outcome.diagnostics) };
}

const fitting = explored(tinyChip);
const lacking = explored({ ...tinyChip, sramBytes: 8192 });

describe.each([
  ['that fits', fitting],
  ['that does not', lacking],
])('of a plan %s', (name, { plan, explored }) => {
  const { tiles, placement, report } = plan;
  const everyTile = [...report.tiles.keys()];

  it('memory is what --json prints, and whether it fits', () => {
    expect(explored.memory).toMatchObject({
      ...memoryJson(plan, { programs: [] } as never, []),
      tensors: {},
      diagnostics: {},
    });
    expect(explored.fits).toBe(name === 'that fits');
  });

  it('boxes are those of the picture, and the fullest moment is that of the report', () => {
    for (const program of explored.programs) {
      const run = [tiles.prepare, ...tiles.programs].find(each => each.name === program.name)!;
      for (const tile of everyTile) {
        const picture = pictureMemory(tiles, placement, run, tile);
        const boxes = boxesOf(explored, program, tile);
        const bare = ({ name, kind, first, last, offsetBytes, bytes }: (typeof picture.boxes)[number]) => ({
          name,
          kind,
          first,
          last,
          offsetBytes,
          bytes,
        });
        expect(boxes).toMatchObject(picture.boxes.map(bare));
        const moments = momentsOf(explored, program, tile, boxes);
        const peak = peakMoment(tiles, placement, tile, run);
        expect(moments.fullest + program.firstPhase).toBe(peak.phase);
        const held = moments.at(moments.fullest).map(({ box, bytes }) => ({ buffer: box.buffer, bytes }));
        expect(new Set(held)).toEqual(new Set(peak.live.map(({ buffer, bytes }) => ({ buffer, bytes }))));
      }
    }
  });

  it('what is always there adds up to what the report says', () => {
    for (const tile of everyTile) {
      const lasting = lastingBoxesOf(explored, explored.programs[0], tile);
      const sum = (...kinds: string[]) =>
        lasting.reduce((all, { kind, bytes }) => (kinds.includes(kind) ? all + bytes : all), 0);
      const { parameters, states, prepared, constants, code } = report.tiles[tile];
      expect(sum('param', 'state', 'prepared', 'constant')).toBe(parameters + states + prepared + constants);
      expect(sum('code')).toBe(code);
      expect(sum('tables')).toBe(placement.tiles[tile].tables);
    }
  });

  it('in the fullest phase a tile holds what the report says', () => {
    const { tile, phase, live } = report.peak;
    const { parameters, states, prepared, constants } = report.tiles[tile];
    const bytes = live.reduce((sum, each) => sum + each.bytes, 0) + parameters + states + prepared + constants;
    const { tables, code } = placement.tiles[tile];
    expect(bytesInPhase(explored, phase)[tile]).toBe(bytes + tables + code);
  });

  it('phases have the cycles of the report, of which the slowest tile has all but the sync', () => {
    const { phases, vectors } = explored;
    const work = [tiles.prepare, ...tiles.programs].flatMap(run => phaseWork(tiles, plan.chip, run));
    expect([...phases.cycles]).toEqual(work.map(({ cycles }) => cycles));
    phases.busy.forEach((busy, phase) => {
      expect(extent(vectors, busy).most + plan.chip.syncCycles).toBe(phases.cycles[phase]);
    });
  });

  it('buffers have their bytes on every tile', () => {
    tiles.buffers.forEach(({ kind, bytes }, buffer) => {
      if (kind === 'host') return;
      const read = everyTile.map(tile => valueAt(explored.vectors, explored.buffers.bytes[buffer], tile));
      expect(read).toEqual([...bytes]);
    });
  });
});

it('comes back from bytes as it was', async () => {
  const bytes = await encode(fitting.explored);
  expect(await decode(bytes)).toEqual(fitting.explored);
  expect(bytes.length).toBeLessThan(JSON.stringify(fitting.explored).length / 5);
});
