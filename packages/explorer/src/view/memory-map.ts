/** A tile's memory over time: phases from left to right, addresses upwards. */
import { type Box, type BoxKind, boxesOf, lastingBoxesOf, rootsOfSite } from '../data/boxes.ts';
import { none, numberOf } from '../data/explored.ts';
import { momentsOf } from '../data/moments.ts';
import { sheet, tooltip } from './canvas.ts';
import { kindTexts } from './colours.ts';
import { element, link } from './dom.ts';
import { drawMap, type MapPlot } from './memory-drawing.ts';
import { type Choice, phaseAt, programOf, type State, startsOf, withAllSeen } from './state.ts';
import { bytesText, grouped, siteText } from './text.ts';
import { zoomable } from './zoom.ts';

const margin = { left: 66, top: 10, right: 12, bottom: 22 } as const;

/** The card with the picture of the tile that is looked at. */
export function memoryMap(state: State): HTMLElement {
  const hidden = new Set<BoxKind>();
  let boxes: readonly Box[] = [];
  let plot: MapPlot = plotOf(state.choice, [], hidden);
  /** The addresses that are seen; undefined: all that are used. */
  let addresses: readonly [number, number] | undefined;
  let shown: Choice | undefined;
  const map = sheet(
    'Memory of a tile over time. Plus and minus zoom, arrow keys move, 0 shows all, n and p go from tensor to tensor',
    () => draw(),
  );
  const hint = tooltip();
  const title = element('h2');
  const note = element('span', { class: 'note' });
  const legend = element('div', { class: 'legend' });

  const size = () => {
    const { width, height } = map.size();
    const { left, top, right, bottom } = margin;
    return { left, top, width: Math.max(1, width - left - right), height: Math.max(1, height - top - bottom) };
  };
  const draw = () => {
    const { width, height } = map.size();
    plot = { ...plotOf(state.choice, boxes, hidden, addresses), ...size() };
    if (width > 0) drawMap(map.context, plot, state.choice, { width, height });
  };
  const setAddresses = (from: number, to: number) => {
    const most = 1.1 * Math.max(plot.topBytes, state.choice.explored.memory.chip.sramBytes);
    const span = Math.min(most, Math.max(64, to - from));
    const start = Math.min(most - span, Math.max(0, from));
    addresses = [start, start + span];
    draw();
  };
  const boxAt = (event: MouseEvent) => boxUnder(plot, map.canvas, event);

  zoomable(map.canvas, {
    plot: size,
    zoomAcross: (x, times) => state.change(zoomedView(state.choice, x, times)),
    zoomUp: (y, times) => {
      const at = plot.toBytes - y * (plot.toBytes - plot.fromBytes);
      setAddresses(at - (at - plot.fromBytes) / times, at + (plot.toBytes - at) / times);
    },
    move: (across, up) => {
      state.change(movedView(state.choice, across));
      const bytes = up * (plot.toBytes - plot.fromBytes);
      if (up !== 0 && addresses) setAddresses(plot.fromBytes + bytes, plot.toBytes + bytes);
    },
    reset: () => {
      addresses = undefined;
      const { from, to } = withAllSeen(state.choice);
      state.change({ from, to });
      draw();
    },
    click: event => {
      const box = boxAt(event);
      const phase = phaseUnder(plot, map.canvas, event);
      if (box === undefined) state.change({ buffer: none, site: none, phase });
      else state.change({ buffer: box.buffer, site: box.site, phase: none });
    },
  });
  map.canvas.addEventListener('pointermove', event => {
    const box = boxAt(event);
    hint.show(box ? boxLines(state.choice, box) : [], event);
    map.canvas.style.cursor = box ? 'pointer' : 'default';
  });
  map.canvas.addEventListener('pointerleave', () => hint.show([]));
  map.canvas.addEventListener('keydown', ({ key }) => {
    if (key !== 'n' && key !== 'p') return;
    const inOrder = boxes.filter(({ buffer, kind }) => buffer !== none && !hidden.has(kind));
    const at = inOrder.findIndex(({ buffer }) => buffer === state.choice.buffer);
    const next = inOrder[(at + (key === 'n' ? 1 : -1) + inOrder.length) % inOrder.length];
    if (next) state.change({ buffer: next.buffer, site: next.site, phase: none });
  });

  state.listen(['explored', 'program', 'tile', 'phase', 'buffer', 'site', 'scale', 'from', 'to'], choice => {
    const program = programOf(choice);
    const isOther =
      !shown || shown.explored !== choice.explored || shown.program !== choice.program || shown.tile !== choice.tile;
    if (isOther && program) {
      const own = boxesOf(choice.explored, program, choice.tile);
      boxes = [...lastingBoxesOf(choice.explored, program, choice.tile), ...own];
      addresses = undefined;
      const { live, fullest } = momentsOf(choice.explored, program, choice.tile, own);
      title.textContent = `Tile ${choice.tile} over time`;
      note.textContent =
        live.length === 0
          ? ''
          : `fullest in phase ${numberOf(program, fullest)} with ${grouped(live[fullest])} B that live for a while; ${grouped(own.length)} tensors in ${grouped(program.phases)} phases`;
      showLegend();
    }
    shown = choice;
    draw();
  });

  function showLegend(): void {
    const present = (Object.keys(kindTexts) as BoxKind[]).filter(kind => boxes.some(box => box.kind === kind));
    const items = present.map(kind => {
      const toggle = () => {
        if (!hidden.delete(kind)) hidden.add(kind);
        showLegend();
        draw();
      };
      const attributes = { type: 'button', 'aria-pressed': String(!hidden.has(kind)), 'data-kind': kind };
      return element(
        'button',
        { title: 'show or hide', attributes, on: { click: toggle } },
        element('i'),
        kindTexts[kind],
      );
    });
    legend.replaceChildren(...items);
  }

  const all = link(
    'show all',
    () => map.canvas.dispatchEvent(new MouseEvent('dblclick')),
    'show all phases and addresses (0)',
  );
  const head = element('header', {}, title, note, all);
  return element('section', { class: 'card map' }, head, map.canvas, element('footer', {}, legend), hint.element);
}

/** What is drawn where, before the size of the canvas is known. */
function plotOf(
  choice: Choice,
  boxes: readonly Box[],
  hidden: ReadonlySet<BoxKind>,
  addresses?: readonly [number, number],
): MapPlot {
  const { explored, scale, from, to } = choice;
  const program = programOf(choice);
  const starts = program ? startsOf(explored, program, scale) : new Float64Array(2);
  const topBytes = boxes.reduce((most, { offsetBytes, bytes }) => Math.max(most, offsetBytes + bytes), 1);
  const { sramBytes } = explored.memory.chip;
  // A capacity far above everything would press that flat.
  const seen = sramBytes < 1.6 * topBytes ? Math.max(topBytes, sramBytes) : topBytes;
  const [fromBytes, toBytes] = addresses ?? [0, 1.04 * seen];
  const visible = boxes.filter(({ kind }) => !hidden.has(kind));
  const chosen = chosenRoots(choice);
  return {
    left: 0,
    top: 0,
    width: 1,
    height: 1,
    starts,
    boxes: visible,
    chosen,
    topBytes,
    from,
    to,
    fromBytes,
    toBytes,
  };
}

function chosenRoots({ explored, buffer, site }: Choice): ReadonlySet<number> {
  if (buffer !== none) return new Set([buffer]);
  return site === none ? new Set() : rootsOfSite(explored, site);
}

/** The part of a program that is seen when it is zoomed around a place. */
export function zoomedView(choice: Choice, x: number, times: number): { readonly from: number; readonly to: number } {
  const { from, to } = choice;
  const end = withAllSeen(choice).to;
  const span = Math.min(end, Math.max(choice.scale === 'phases' ? 2 : end / 1e4, (to - from) / times));
  const start = from + x * (to - from) - x * span;
  const clamped = Math.min(end - span, Math.max(0, start));
  return { from: clamped, to: clamped + span };
}

/** The part of a program that is seen when it is moved by a share of that. */
export function movedView(choice: Choice, share: number): { readonly from: number; readonly to: number } {
  const span = choice.to - choice.from;
  const start = Math.min(withAllSeen(choice).to - span, Math.max(0, choice.from + share * span));
  return { from: start, to: start + span };
}

function under(
  { left, top, width, height, from, to, fromBytes, toBytes }: MapPlot,
  canvas: HTMLCanvasElement,
  event: MouseEvent,
) {
  const rect = canvas.getBoundingClientRect();
  const across = (event.clientX - rect.left - left) / width;
  const down = (event.clientY - rect.top - top) / height;
  const isInside = across >= 0 && across <= 1 && down >= 0 && down <= 1;
  return { isInside, place: from + across * (to - from), bytes: toBytes - down * (toBytes - fromBytes) };
}

function boxUnder(plot: MapPlot, canvas: HTMLCanvasElement, event: MouseEvent): Box | undefined {
  const { isInside, place, bytes } = under(plot, canvas, event);
  if (!isInside) return undefined;
  const phase = phaseAt(plot.starts, place);
  return plot.boxes.findLast(
    box => box.first <= phase && phase <= box.last && box.offsetBytes <= bytes && bytes < box.offsetBytes + box.bytes,
  );
}

function phaseUnder(plot: MapPlot, canvas: HTMLCanvasElement, event: MouseEvent): number {
  const { isInside, place } = under(plot, canvas, event);
  return isInside ? phaseAt(plot.starts, place) : none;
}

/** What the pointer is told of a box. */
function boxLines(
  choice: Choice,
  { name, kind, buffer, bytes, offsetBytes, first, last, site }: Box,
): readonly string[] {
  const { explored } = choice;
  const number = (phase: number) => numberOf(programOf(choice), phase);
  const isLasting = kind === 'tables' || kind === 'code' || offsetBytes < explored.layout.residentBytes;
  const lives = isLasting
    ? 'always there'
    : first === last
      ? `phase ${number(first)}`
      : `phases ${number(first)} to ${number(last)}`;
  return [
    name,
    [kindTexts[kind], buffer === none ? '' : explored.buffers.types[buffer]]
      .filter(part => part !== '' && part !== name)
      .join(' · '),
    `${bytesText(bytes)} at ${grouped(offsetBytes)}, ${lives}`,
    siteText(explored, site),
  ].filter(line => line !== '');
}
