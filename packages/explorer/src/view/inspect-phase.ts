/** A phase: how long it is and why, and what it reads and writes. */
import { none, numberOf } from '../data/explored.ts';
import { phaseFacts } from '../data/phase-facts.ts';
import { valueAt } from '../data/vectors.ts';
import { element, link } from './dom.ts';
import { type Change, facts, heading, list, row, siteLink } from './facts.ts';
import { type Choice, programOf } from './state.ts';
import { bytesText, countText, grouped, millisecondsText, percent } from './text.ts';

/** What is told of the phase that is chosen. */
export function phaseDetails(choice: Choice, change: Change): readonly HTMLElement[] {
  const { explored, phase, tile } = choice;
  const program = programOf(choice);
  const at = program.firstPhase + phase;
  const told = phaseFacts(explored, at);
  const { phases, vectors } = explored;
  const busy = valueAt(vectors, phases.busy[at], tile);
  const moved = (column: Int32Array) => bytesText(valueAt(vectors, column[at], tile));
  const parts = [
    heading(`Phase ${numberOf(program, phase)}: ${told.name}`, told.isExchange ? 'exchange' : 'compute', () =>
      change({ phase: none }),
    ),
    element(
      'p',
      { class: 'steps' },
      link('◂ before', () => change({ phase: Math.max(0, phase - 1) })),
      link('next ▸', () => change({ phase: Math.min(program.phases - 1, phase + 1) })),
    ),
    facts([
      ['from', siteLink(choice, told.site, change)],
      ['cycles', `${grouped(told.cycles)}, ${grouped(told.syncCycles)} of them sync`],
      ['measured', measuredText(choice, told.cycles)],
      [
        'slowest',
        row(
          link(`tile ${told.slowestTile}`, () => change({ tile: told.slowestTile })),
          told.imbalance > 0 ? `${told.imbalance.toFixed(2)} × the mean of ${grouped(told.meanCycles)}` : '',
        ),
      ],
      [`tile ${tile}`, `${grouped(busy)} cycles, idle for ${percent(told.cycles - busy, told.cycles)}`],
      ['moved', told.isExchange ? bytesText(told.movedBytes) : ''],
      [`tile ${tile} moves`, told.isExchange ? `receives ${moved(phases.received)}, sends ${moved(phases.sent)}` : ''],
      ['multiply-adds', told.multiplyAdds > 0 ? countText(told.multiplyAdds) : ''],
      ['reads', told.isExchange ? '' : bytesText(told.readBytes)],
      ['writes', told.isExchange ? '' : bytesText(told.writtenBytes)],
    ]),
    list('Writes', buffersOf(choice, at, 1, change)),
    list('Reads', buffersOf(choice, at, 0, change)),
  ];
  return parts.filter(part => part !== undefined);
}

/** What the phase took on this machine in the page's runs, and the part of all phases that this is, beside the part that is modelled; empty where it was not run. */
function measuredText({ ran, phase, explored, program: at }: Choice, cycles: number): string {
  const taken = ran?.milliseconds[phase];
  if (!ran || taken === undefined || Number.isNaN(taken)) return '';
  const { firstPhase, phases } = explored.programs[at];
  const modelled = explored.phases.cycles.subarray(firstPhase, firstPhase + phases);
  const sum = (values: Float64Array) => values.reduce((all, value) => all + (Number.isNaN(value) ? 0 : value), 0);
  const runs = ran.runs === 1 ? 'in one run' : `the mean of ${grouped(ran.runs)} runs`;
  return `${millisecondsText(taken)}, ${runs}: ${percent(taken, sum(ran.milliseconds))} of all phases, modelled ${percent(cycles, sum(modelled))}`;
}

function buffersOf({ explored, tile }: Choice, phase: number, writes: number, change: Change): readonly HTMLElement[] {
  const { phases, buffers, vectors } = explored;
  const entries = Array.from(
    { length: phases.starts[phase + 1] - phases.starts[phase] },
    (_, i) => phases.starts[phase] + i,
  );
  return entries
    .filter(entry => phases.writes[entry] === writes)
    .map(entry => {
      const buffer = phases.touched[entry];
      if (buffers.kinds[buffer] === 'host') return row(buffers.names[buffer], 'in the host window');
      const root = buffers.roots[buffer];
      const bytes = valueAt(vectors, buffers.bytes[buffer], tile);
      return row(
        link(buffers.names[buffer], () => change({ buffer: root, site: buffers.sites[root], phase: none })),
        `${bytesText(bytes)} here`,
      );
    });
}
