/** A tensor: how large it is, why it lives, and who has its place when it does not. */
import { lastingBoxesOf } from '../data/boxes.ts';
import { membersOf, neighboursOf, sharingsOf, type Use, usesOf } from '../data/buffer-facts.ts';
import { none, numberOf } from '../data/explored.ts';
import { extent, valueAt } from '../data/vectors.ts';
import { kindTexts } from './colours.ts';
import { element, link } from './dom.ts';
import { type Change, facts, heading, list, row, siteLink } from './facts.ts';
import { type Choice, programOf } from './state.ts';
import { tensorPicture } from './tensor-picture.ts';
import { bytesText, grouped } from './text.ts';

/** What is told of the storage that is chosen. */
export function bufferDetails(choice: Choice, change: Change): readonly HTMLElement[] {
  const { explored, buffer, tile } = choice;
  const { buffers, vectors, memory } = explored;
  const program = programOf(choice);
  const bytes = valueAt(vectors, buffers.bytes[buffer], tile);
  const { most, tile: fullest, sum } = extent(vectors, buffers.bytes[buffer]);
  const holders = Array.from({ length: memory.chip.tiles }, (_, at) =>
    valueAt(vectors, buffers.bytes[buffer], at),
  ).filter(held => held > 0).length;
  const start = buffers.offsets[buffer];
  const neighbours = neighboursOf(explored, program, tile, buffer);
  const members = membersOf(explored, buffer).filter(member => member !== buffer);
  const kind = buffers.kinds[buffer];
  const parts = [
    heading(buffers.names[buffer], kind, () => change({ buffer: none, site: none })),
    element('p', {}, whyItLives(choice)),
    value(choice),
    facts([
      ['what', kindTexts[kind]],
      ['tensor', buffers.types[buffer]],
      ['from', siteLink(choice, buffers.sites[buffer], change)],
      [
        `on tile ${tile}`,
        bytes === 0 ? 'nothing' : `${grouped(bytes)} B, from ${grouped(start)} to ${grouped(start + bytes)}`,
      ],
      ['on all tiles', `${bytesText(sum)} on ${grouped(holders)} of ${grouped(memory.chip.tiles)}`],
      [
        'most',
        most === bytes
          ? ''
          : row(
              `${grouped(most)} B on`,
              link(`tile ${fullest}`, () => change({ tile: fullest })),
            ),
      ],
    ]),
    list(
      'In the same memory, one over the other',
      members.map(member => row(buffers.names[member], siteLink(choice, buffers.sites[member], change))),
    ),
    list(
      'Has some of its place at other times',
      neighbours.map(box =>
        row(
          link(box.name, () => change({ buffer: box.buffer, site: box.site })),
          `phases ${numberOf(program, box.first)} to ${numberOf(program, box.last)}, ${bytesText(box.bytes)}`,
        ),
      ),
    ),
    list(
      'Written and read by',
      usesOf(explored, buffer).map(use => useRow(choice, use, change)),
    ),
    list(
      'Could it share memory?',
      sharingsOf(explored, buffer).map(({ how, result, operand, reason }) =>
        row(element('span', { class: 'tag' }, how), `${result} and ${buffers.names[operand]}: ${reason}`),
      ),
      6,
    ),
  ];
  return parts.filter(part => part !== undefined);
}

/** What it holds in the run, gathered from its tiles. */
function value({ explored, buffer, ran, seen }: Choice): HTMLElement | undefined {
  if (!ran || seen?.buffer !== buffer || seen.done !== ran.done) return undefined;
  const { looked } = seen;
  if ('reason' in looked) return element('p', { class: 'note' }, `In this run: ${looked.reason}`);
  const { name } = looked.tensor;
  const title = name === explored.buffers.names[buffer] ? 'Its values now' : `Its place now holds ${name}`;
  return element('div', {}, element('h3', {}, title), tensorPicture(looked.tensor));
}

function whyItLives(choice: Choice): string {
  const { explored, buffer, tile } = choice;
  const { buffers, phases } = explored;
  const program = programOf(choice);
  if (lastingBoxesOf(explored, program, tile).some(box => box.buffer === buffer))
    return 'It is always there: programs find it as the one before has left it.';
  const uses = usesOf(explored, buffer);
  const [first, last] = [buffers.first[buffer], buffers.last[buffer]];
  if (uses.length === 0 || first < 0) return 'Nothing reads or writes it.';
  if (first === last) return `It lives in one phase only: ${phases.names[first]}.`;
  const readers = new Set(uses.filter(({ writes }) => !writes).map(({ phase }) => phase));
  const kept = last - first + 1;
  return `It lives from ${phases.names[first]}, which makes it, to ${phases.names[last]}, which is the last to need it: ${grouped(kept)} phases for ${grouped(readers.size)} ${readers.size === 1 ? 'reader' : 'readers'}.`;
}

function useRow(choice: Choice, { phase, writes, buffer }: Use, change: Change): HTMLElement {
  const { explored } = choice;
  const { phases, buffers } = explored;
  const program = explored.programs.findIndex(
    ({ firstPhase, phases: count }) => firstPhase <= phase && phase < firstPhase + count,
  );
  const { firstPhase, name } = explored.programs[program];
  const own = program === choice.program;
  const go = () => {
    if (!own) change({ program });
    change({ phase: phase - firstPhase, buffer: none, site: none });
  };
  return row(
    element('span', { class: 'tag' }, writes ? 'writes' : 'reads'),
    link(
      `${own ? '' : `${name}: `}phase ${numberOf(explored.programs[program], phase - firstPhase)} ${phases.names[phase]}`,
      go,
    ),
    buffer === choice.buffer ? '' : `as ${buffers.names[buffer]}`,
  );
}
