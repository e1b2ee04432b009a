/** A line of the source: the tensors that come from it, and how long its phases take. */
import { rootsOfSite } from '../data/boxes.ts';
import { none, numberOf } from '../data/explored.ts';
import { extent, valueAt } from '../data/vectors.ts';
import { element, link } from './dom.ts';
import { type Change, facts, heading, list, row } from './facts.ts';
import { type Choice, programOf } from './state.ts';
import { bytesText, countText, percent, siteText } from './text.ts';

/** What is told of the line that is chosen. */
export function lineDetails(choice: Choice, change: Change): readonly HTMLElement[] {
  const { explored, site, tile } = choice;
  const { sites, files, buffers, vectors, phases } = explored;
  const program = programOf(choice);
  const { firstPhase, phases: count, name } = program;
  const { file, line } = sites[site];
  const own = Array.from({ length: count }, (_, i) => firstPhase + i).filter(phase => phases.sites[phase] === site);
  const cyclesOf = (list: readonly number[]) => list.reduce((sum, phase) => sum + phases.cycles[phase], 0);
  const all = cyclesOf(Array.from({ length: count }, (_, i) => firstPhase + i));
  const roots = [...rootsOfSite(explored, site)].sort(
    (a, b) => extent(vectors, buffers.bytes[b]).sum - extent(vectors, buffers.bytes[a]).sum,
  );
  const parts = [
    heading(siteText(explored, site), 'line', () => change({ site: none })),
    element('pre', {}, (files[file].text.split('\n')[line - 1] ?? '').trim()),
    facts([
      [
        'tensors',
        `${roots.length}, ${bytesText(roots.reduce((sum, root) => sum + extent(vectors, buffers.bytes[root]).sum, 0))} on all tiles; not all of them live at the same time`,
      ],
      [
        `time in ${name}`,
        `${countText(cyclesOf(own))} cycles in ${own.length} phases, ${percent(cyclesOf(own), all)} of all`,
      ],
    ]),
    list(
      'Tensors',
      roots.map(root =>
        row(
          link(buffers.names[root], () => change({ buffer: root, phase: none })),
          element('span', { class: 'tag', attributes: { 'data-kind': buffers.kinds[root] } }, buffers.kinds[root]),
          `${bytesText(valueAt(vectors, buffers.bytes[root], tile))} here, ${bytesText(extent(vectors, buffers.bytes[root]).sum)} on all tiles`,
        ),
      ),
    ),
    list(
      'Phases',
      own.map(phase =>
        row(
          link(`${numberOf(program, phase - firstPhase)} ${phases.names[phase]}`, () =>
            change({ phase: phase - firstPhase, buffer: none, site: none }),
          ),
          `${countText(phases.cycles[phase])} cycles`,
        ),
      ),
    ),
  ];
  return parts.filter(part => part !== undefined);
}
