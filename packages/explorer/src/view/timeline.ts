/** The phases as a chart: how long each is, how long its tiles work on average, and what is waiting. */
import uPlot from 'uplot';
import { none, numberOf } from '../data/explored.ts';
import { type PhaseFacts, phaseFacts } from '../data/phase-facts.ts';
import { placeIn, tooltip } from './canvas.ts';
import { type Palette, palette } from './colours.ts';
import { chooser, element } from './dom.ts';
import { movedView, zoomedView } from './memory-map.ts';
import { type Choice, phaseAt, programOf, type Scale, type State, startsOf } from './state.ts';
import { bytesText, countText, grouped, siteText } from './text.ts';
import { markRun, measuredText, mostMeasured } from './timeline-run.ts';
import { zoomable } from './zoom.ts';

/** The card with the timeline. It shows the same part of the program as the picture of memory above it. */
export function timeline(state: State): HTMLElement {
  const place = element('div', { class: 'chart' });
  const hint = tooltip();
  const note = element('span', { class: 'note' });
  const scale = chooser<Scale>(
    'Width of a phase',
    [
      { value: 'phases', text: 'phases', title: 'every phase as wide as every other' },
      { value: 'cycles', text: 'cycles', title: 'every phase as wide as it is long' },
    ],
    value => state.change({ scale: value }),
  );
  const measuredKey = element(
    'span',
    { attributes: { 'data-phase': 'measured' }, title: 'so drawn that all phases together take as long as modelled' },
    element('i'),
    'measured, in parts of the whole',
  );
  let facts: readonly PhaseFacts[] = [];
  let starts: Float64Array = new Float64Array(1);
  let chart: uPlot | undefined;
  let shown: Choice | undefined;

  const build = () => {
    chart?.destroy();
    const { width } = place.getBoundingClientRect();
    if (width === 0) return;
    chart = new uPlot(
      optionsFor(
        width,
        () => facts,
        () => starts,
        state,
      ),
      dataOf(facts, starts),
      place,
    );
    listen(chart);
  };
  const phaseOf = (event: MouseEvent): number => {
    if (!chart) return none;
    const [x] = placeIn(chart.over as unknown as HTMLCanvasElement, event);
    return phaseAt(starts, chart.posToVal(x, 'x'));
  };
  const listen = ({ over }: uPlot) => {
    const canvas = over as unknown as HTMLCanvasElement;
    zoomable(canvas, {
      plot: () => ({ left: 0, top: 0, width: over.clientWidth, height: over.clientHeight }),
      zoomAcross: (x, times) => state.change(zoomedView(state.choice, x, times)),
      zoomUp: () => {},
      move: across => state.change(movedView(state.choice, across)),
      reset: () => state.change({ from: 0, to: starts[starts.length - 1] }),
      click: event => state.change({ phase: phaseOf(event), buffer: none, site: none }),
    });
    over.addEventListener('pointermove', event => {
      const phase = phaseOf(event);
      hint.show(phase in facts ? phaseLines(state.choice, phase, facts[phase]) : [], event);
    });
    over.addEventListener('pointerleave', () => hint.show([]));
    over.tabIndex = 0;
    over.setAttribute('role', 'application');
    over.setAttribute('aria-label', 'Phases: comma and full stop go from phase to phase');
    over.addEventListener('keydown', ({ key }) => {
      const step = { ',': -1, '.': 1 }[key];
      const phase = Math.max(0, state.choice.phase + (step ?? 0));
      if (step !== undefined && phase < facts.length) state.change({ phase, buffer: none, site: none });
    });
  };
  new ResizeObserver(build).observe(place);
  document.addEventListener('tessera-theme', build);

  state.listen(['explored', 'program', 'scale', 'phase', 'from', 'to', 'ran'], choice => {
    const program = programOf(choice);
    if (!program) return;
    measuredKey.hidden = choice.ran === undefined;
    const isOther =
      shown?.explored !== choice.explored || shown?.program !== choice.program || shown?.scale !== choice.scale;
    shown = choice;
    if (isOther) {
      const { firstPhase, phases } = program;
      facts = Array.from({ length: phases }, (_, phase) => phaseFacts(choice.explored, firstPhase + phase));
      starts = startsOf(choice.explored, program, choice.scale);
      note.textContent = totals(facts);
      scale.show(choice.scale);
      chart?.setData(dataOf(facts, starts), false);
    }
    if (!chart) build();
    chart?.setScale('x', { min: choice.from, max: choice.to });
  });

  const legend = element(
    'div',
    { class: 'legend' },
    ...(['compute', 'exchange', 'sync'] as const).map(kind =>
      element('span', { attributes: { 'data-phase': kind } }, element('i'), kind),
    ),
    measuredKey,
    element('span', { class: 'note' }, 'strong: the mean over all tiles; pale: the slowest'),
  );
  const head = element('header', {}, element('h2', {}, 'Phases'), note, scale.element);
  return element('section', { class: 'card timeline' }, head, place, element('footer', {}, legend), hint.element);
}

function totals(facts: readonly PhaseFacts[]): string {
  const sum = (of: (each: PhaseFacts) => number) => facts.reduce((all, each) => all + of(each), 0);
  const all = sum(({ cycles }) => cycles);
  const exchange = sum(({ isExchange, cycles, syncCycles }) => (isExchange ? cycles - syncCycles : 0));
  const sync = sum(({ syncCycles }) => syncCycles);
  const share = (part: number) => `${all === 0 ? 0 : Math.round((100 * part) / all)} %`;
  return `${countText(all)} cycles as modelled: ${share(all - exchange - sync)} compute, ${share(exchange)} exchange, ${share(sync)} sync; ${bytesText(sum(({ movedBytes }) => movedBytes))} moved`;
}

/** What the pointer is told of a phase. */
function phaseLines(choice: Choice, phase: number, facts: PhaseFacts): readonly string[] {
  const { name, isExchange, cycles, slowestTile, imbalance, movedBytes, multiplyAdds, site } = facts;
  return [
    `phase ${numberOf(programOf(choice), phase)}: ${name}`,
    `${isExchange ? 'exchange' : 'compute'}, ${grouped(cycles)} cycles, slowest on tile ${slowestTile}`,
    imbalance > 0 ? `${imbalance.toFixed(2)} × the mean of all tiles` : '',
    measuredText(choice.ran, phase),
    isExchange ? `${bytesText(movedBytes)} moved` : multiplyAdds > 0 ? `${countText(multiplyAdds)} multiply-adds` : '',
    siteText(choice.explored, site),
  ].filter(line => line !== '');
}

/** All of a phase, what its slowest tile takes of it, and the mean of all tiles. */
function dataOf(facts: readonly PhaseFacts[], starts: Float64Array): uPlot.AlignedData {
  const column = (of: (each: PhaseFacts) => number) => [...facts.map(of), 0];
  return [
    [...starts],
    column(({ cycles }) => cycles),
    column(({ cycles, syncCycles }) => cycles - syncCycles),
    column(({ meanCycles }) => meanCycles),
  ];
}

function optionsFor(
  width: number,
  facts: () => readonly PhaseFacts[],
  starts: () => Float64Array,
  state: State,
): uPlot.Options {
  const colours = palette();
  const axis = {
    stroke: colours.faint,
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
    font: '11px system-ui',
  };
  const bars = (series: number, fill: (isExchange: boolean) => string): uPlot.Series => ({
    paths: (chart, _, first, last) => {
      drawBars(chart, series, [first, last], phase => fill(facts()[phase]?.isExchange ?? false));
      return null;
    },
    points: { show: false },
  });
  return {
    width,
    height: 132,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
    scales: {
      x: { time: false },
      y: { range: (_, __, most) => [0, 1.04 * Math.max(1, most, mostMeasured(facts(), starts(), state.choice))] },
    },
    axes: [
      { ...axis, size: 22, values: (_, splits) => splits.map(split => grouped(split + offsetOf(state.choice))) },
      { ...axis, size: 66, values: (_, splits) => splits.map(countText) },
    ],
    series: [
      {},
      bars(1, () => colours.sync),
      bars(2, isExchange => (isExchange ? colours.exchange : colours.compute)[0]),
      bars(3, isExchange => (isExchange ? colours.exchange : colours.compute)[1]),
    ],
    hooks: {
      draw: [
        chart => markPhase(chart, state.choice, starts(), colours),
        chart => markRun(chart, state.choice, { facts: facts(), starts: starts() }, colours),
      ],
    },
  };
}

/** What is added to a place of the scale where it is written: phases have their numbers. */
function offsetOf(choice: Choice): number {
  return choice.scale === 'phases' ? numberOf(programOf(choice), 0) : 0;
}

/** One bar for each phase that is seen. */
function drawBars(
  chart: uPlot,
  series: number,
  [first, last]: readonly [number, number],
  fill: (phase: number) => string,
): void {
  const { ctx, data, bbox } = chart;
  const values = data[series] as readonly number[];
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  // Asking the chart for each place takes longer than drawing there.
  const [left, unit] = [chart.valToPos(0, 'x', true), chart.valToPos(1, 'x', true) - chart.valToPos(0, 'x', true)];
  const [zero, step] = [chart.valToPos(0, 'y', true), chart.valToPos(1, 'y', true) - chart.valToPos(0, 'y', true)];
  for (let phase = Math.max(0, first - 1); phase < Math.min(values.length - 1, last + 1); phase++) {
    const [x, end] = [left + unit * data[0][phase], left + unit * data[0][phase + 1]];
    const gap = end - x > 6 ? 1 : 0;
    ctx.fillStyle = fill(phase);
    ctx.fillRect(x, zero + step * values[phase], Math.max(1, end - x - gap), -step * values[phase]);
  }
  ctx.restore();
}

function markPhase({ ctx, bbox, valToPos }: uPlot, { phase }: Choice, starts: Float64Array, { accent }: Palette): void {
  if (phase === none || phase + 1 >= starts.length) return;
  const [x, end] = [starts[phase], starts[phase + 1]].map(place => valToPos(place, 'x', true));
  ctx.save();
  ctx.globalAlpha = 0.3;
  ctx.fillStyle = accent;
  ctx.fillRect(x, bbox.top, Math.max(3, end - x), bbox.height);
  ctx.restore();
}
