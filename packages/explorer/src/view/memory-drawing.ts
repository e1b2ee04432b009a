/** Draws a tile's memory on a canvas. Thousands of boxes are drawn anew in every frame of a zoom: nothing here may ask the page for its layout. */
import type { Box } from '../data/boxes.ts';
import { none, numberOf } from '../data/explored.ts';
import { type Palette, palette } from './colours.ts';
import { type Choice, programOf } from './state.ts';
import { grouped } from './text.ts';

export interface MapPlot {
  /** In CSS pixels of the canvas. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Where phases begin on the scale, and where the last one ends. */
  readonly starts: Float64Array;
  readonly boxes: readonly Box[];
  /** The storages that are chosen; the others stand back where there are some. */
  readonly chosen: ReadonlySet<number>;
  /** The end of what lies highest. */
  readonly topBytes: number;
  /** What is seen: of the scale, and of the addresses. */
  readonly from: number;
  readonly to: number;
  readonly fromBytes: number;
  readonly toBytes: number;
}

/** Draws the plot and what is chosen in it. */
export function drawMap(
  context: CanvasRenderingContext2D,
  plot: MapPlot,
  choice: Choice,
  size: { readonly width: number; readonly height: number },
): void {
  const colours = palette();
  context.clearRect(0, 0, size.width, size.height);
  context.font = '11px system-ui, sans-serif';
  drawAddresses(context, plot, colours);
  context.save();
  context.beginPath();
  context.rect(plot.left, plot.top, plot.width, plot.height);
  context.clip();
  drawBeyond(context, plot, choice, colours);
  drawBoxes(context, plot, colours);
  drawPhase(context, plot, choice, colours);
  drawCapacity(context, plot, choice, colours);
  context.restore();
  drawPhases(context, plot, choice, colours);
}

const across = ({ left, width, from, to }: MapPlot, place: number) =>
  left + (width * (place - from)) / (to - from || 1);
const up = ({ top, height, fromBytes, toBytes }: MapPlot, bytes: number) =>
  top + (height * (toBytes - bytes)) / (toBytes - fromBytes);

function drawBoxes(context: CanvasRenderingContext2D, plot: MapPlot, colours: Palette): void {
  const { starts } = plot;
  const known = new Map<string, string>();
  for (const box of plot.boxes) {
    const [x, end] = [across(plot, starts[box.first]), across(plot, starts[box.last + 1])];
    const [bottom, top] = [up(plot, box.offsetBytes), up(plot, box.offsetBytes + box.bytes)];
    if (end < plot.left || x > plot.left + plot.width || bottom < plot.top || top > plot.top + plot.height) continue;
    const colour = known.get(box.kind) ?? colours.of(box.kind);
    known.set(box.kind, colour);
    const [width, height] = [Math.max(0.75, end - x), Math.max(0.75, bottom - top)];
    const chosen = plot.chosen.has(box.buffer);
    context.globalAlpha = plot.chosen.size > 0 && !chosen ? 0.25 : 1;
    context.fillStyle = colour;
    context.fillRect(x, top, width, height);
    if (width > 3 && height > 3) {
      context.strokeStyle = colours.surface;
      context.lineWidth = 0.75;
      context.strokeRect(x, top, width, height);
    }
    if (chosen) {
      context.strokeStyle = colours.text;
      context.lineWidth = 2;
      context.strokeRect(x + 1, top + 1, Math.max(1, width - 2), Math.max(1, height - 2));
    }
    if (height >= 14) label(context, box.name, { plot, x, end, top, height });
  }
  context.globalAlpha = 1;
}

interface Room {
  readonly plot: MapPlot;
  readonly x: number;
  readonly end: number;
  readonly top: number;
  readonly height: number;
}

/** The name, in the part of the box that is seen, if it has room there. */
function label(context: CanvasRenderingContext2D, name: string, { plot, x, end, top, height }: Room): void {
  const [from, to] = [Math.max(x, plot.left) + 4, Math.min(end, plot.left + plot.width) - 4];
  const letters = Math.floor((to - from) / 6.2);
  if (letters < 3) return;
  context.fillStyle = '#fff';
  const text = name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;
  context.fillText(text, from, Math.max(top, plot.top) + Math.min(height, 20) - 6);
}

/** A round number of bytes: a power of two, or such a number times a power of 1,024. */
function drawAddresses(context: CanvasRenderingContext2D, plot: MapPlot, { line, faint }: Palette): void {
  const span = plot.toBytes - plot.fromBytes;
  const step = 2 ** Math.ceil(Math.log2(span / 7));
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.lineWidth = 1;
  for (let bytes = Math.ceil(plot.fromBytes / step) * step; bytes <= plot.toBytes; bytes += step) {
    const y = Math.round(up(plot, bytes)) + 0.5;
    context.strokeStyle = line;
    context.beginPath();
    context.moveTo(plot.left, y);
    context.lineTo(plot.left + plot.width, y);
    context.stroke();
    context.fillStyle = faint;
    context.fillText(addressText(bytes, step), plot.left - 8, y);
  }
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
}

function addressText(bytes: number, step: number): string {
  if (step >= 2 ** 20) return `${bytes / 2 ** 20} MiB`;
  return step >= 1024 ? `${grouped(bytes / 1024)} KiB` : grouped(bytes);
}

function drawPhase(context: CanvasRenderingContext2D, plot: MapPlot, { phase }: Choice, { accent }: Palette): void {
  if (phase === none || phase + 1 >= plot.starts.length) return;
  const [x, end] = [across(plot, plot.starts[phase]), across(plot, plot.starts[phase + 1])];
  context.fillStyle = accent;
  context.globalAlpha = 0.3;
  context.fillRect(x, plot.top, Math.max(2, end - x), plot.height);
  context.globalAlpha = 1;
}

function drawCapacity(
  context: CanvasRenderingContext2D,
  plot: MapPlot,
  { explored }: Choice,
  { danger, surface }: Palette,
): void {
  const { sramBytes } = explored.memory.chip;
  if (sramBytes > plot.toBytes || sramBytes < plot.fromBytes) return;
  const y = up(plot, sramBytes);
  context.fillStyle = danger;
  context.fillRect(plot.left, y - 1, plot.width, 2);
  const text = `a tile has ${grouped(sramBytes)} B`;
  const isRoomAbove = y - plot.top > 18;
  const [x, at] = [plot.left + plot.width - 8, isRoomAbove ? y - 6 : y + 15];
  context.textAlign = 'right';
  context.lineWidth = 4;
  context.lineJoin = 'round';
  context.strokeStyle = surface;
  context.strokeText(text, x, at);
  context.fillText(text, x, at);
  context.textAlign = 'left';
}

/** Above the capacity the ground has another colour. */
function drawBeyond(context: CanvasRenderingContext2D, plot: MapPlot, { explored }: Choice, { danger }: Palette): void {
  const { sramBytes } = explored.memory.chip;
  if (sramBytes > plot.toBytes) return;
  const y = Math.min(plot.top + plot.height, up(plot, sramBytes));
  context.fillStyle = danger;
  context.globalAlpha = 0.1;
  context.fillRect(plot.left, plot.top, plot.width, y - plot.top);
  context.globalAlpha = 1;
}

function drawPhases(context: CanvasRenderingContext2D, plot: MapPlot, choice: Choice, { faint, line }: Palette): void {
  context.strokeStyle = line;
  context.strokeRect(plot.left + 0.5, plot.top + 0.5, plot.width, plot.height);
  context.fillStyle = faint;
  context.textAlign = 'center';
  // Phases are called by their numbers, which begin with those that prepare.
  const offset = choice.scale === 'phases' ? numberOf(programOf(choice), 0) : 0;
  const step = roundStep((plot.to - plot.from) / Math.max(2, plot.width / 110));
  for (let place = Math.ceil(plot.from / step) * step; place <= plot.to; place += step) {
    const x = across(plot, place);
    if (x > plot.left + 20 && x < plot.left + plot.width - 40)
      context.fillText(grouped(place + offset), x, plot.top + plot.height + 15);
  }
  context.textAlign = 'right';
  context.fillText(choice.scale, plot.left + plot.width, plot.top + plot.height + 15);
  context.textAlign = 'left';
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return power * ([1, 2, 5, 10].find(times => times * power >= least) ?? 10);
}
