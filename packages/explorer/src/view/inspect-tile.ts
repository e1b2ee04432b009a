/** A tile: what its memory is used for when it is fullest, as the report says it. */
import { numberOf } from '../data/explored.ts';
import { momentsOf } from '../data/moments.ts';
import { element, link } from './dom.ts';
import { type Change, facts, heading, list, row } from './facts.ts';
import { type Choice, programOf } from './state.ts';
import { bytesText, countText, grouped, percent } from './text.ts';

/** The rows of the report with what people call them, and the colour of each. */
const rows = [
  ['parameters', 'parameters', 'param'],
  ['states', 'states', 'state'],
  ['prepared', 'prepared values', 'prepared'],
  ['constants', 'constants', 'constant'],
  ['activations', 'results', 'activation'],
  ['exchange', 'copies from other tiles', 'input'],
  ['partials', 'parts of sums', 'partial'],
  ['scratch', 'scratch memory', 'scratch'],
  ['gaps', 'gaps', 'gap'],
  ['alignment', 'rounding up', 'gap'],
  ['tables', 'tables of work', 'tables'],
  ['exchangeTables', 'tables of copies', 'tables'],
  ['code', 'code', 'code'],
] as const;

/** What people call the rows of the report, by their names in `tessera memory --json`. */
export const rowTexts: ReadonlyMap<string, string> = new Map([
  ...rows.map(([key, text]) => [key, text] as const),
  ['usedBytes', 'used'],
]);

/** What is told of the tile that is looked at. */
export function tileDetails(choice: Choice, change: Change): readonly HTMLElement[] {
  const { explored, tile } = choice;
  const { memory, buffers } = explored;
  const { sramBytes } = memory.chip;
  const uses = memory.tiles[tile];
  const program = programOf(choice);
  const { at, fullest } = momentsOf(explored, program, tile);
  const live = [...at(fullest)].sort((a, b) => b.bytes - a.bytes);
  const scale = Math.max(sramBytes, uses.usedBytes);
  const bars = rows
    .filter(([key]) => uses[key] > 0)
    .map(([key, text, kind]) => {
      const bar = element('i', {
        attributes: { 'data-kind': kind, style: `width:${((100 * uses[key]) / scale).toFixed(2)}%` },
      });
      return element(
        'tr',
        {},
        element('th', {}, text),
        element('td', {}, grouped(uses[key])),
        element('td', { class: 'bar' }, bar),
      );
    });
  const lacks = uses.usedBytes - sramBytes;
  const fit = lacks > 0 ? `${grouped(lacks)} B too few` : `${grouped(uses.free)} B free`;
  const total = element(
    'tr',
    { class: lacks > 0 ? 'total lacks' : 'total' },
    element('th', {}, 'used'),
    element('td', {}, grouped(uses.usedBytes)),
    element('td', {}, `${percent(uses.usedBytes, sramBytes)} of ${bytesText(sramBytes)}, ${fit}`),
  );
  const parts = [
    heading(`Tile ${tile}`, tile === memory.peak.tile ? 'fullest' : 'tile', undefined),
    element(
      'table',
      {},
      element('caption', {}, 'bytes at its fullest moment, in any program'),
      element('tbody', {}, ...bars, total),
    ),
    list(
      `Largest in ${program.name}, phase ${numberOf(program, fullest)}`,
      live.map(({ box, bytes }) =>
        row(
          link(box.name, () => change({ buffer: box.buffer, site: buffers.sites[box.buffer] })),
          `${grouped(bytes)} B`,
        ),
      ),
    ),
    facts([
      [
        'programs',
        memory.programs
          .map(({ name, phases, cycles }) => `${name}: ${grouped(phases)} phases, ${countText(cycles)} cycles`)
          .join('; '),
      ],
      ['all of the wasm memory', bytesText(memory.totalBytes)],
      ['at least', `${grouped(memory.lowerBoundBytes)} B on the fullest tile, however its buffers are placed`],
    ]),
  ];
  return parts.filter(part => part !== undefined);
}
