/** Draws a tile's memory as SVG. Each tensor is a rectangle whose tooltip has its name, line and size. */
import type { BoxKind } from '../data/boxes.ts';
import { grouped } from '../view/text.ts';
import { escaped, round, text } from './svg.ts';

/** A tile's memory, by whoever knows it: the compiler's own picture, or a page. */
export interface DrawnMemory {
  readonly tile: number;
  readonly program: string;
  readonly phaseNames: readonly string[];
  /** What the first phase is called. */
  readonly firstNumber: number;
  /** The phase in which most is live. */
  readonly fullest: number;
  /** Below it lie what is always there, above `endBytes` the tables. */
  readonly startBytes: number;
  readonly endBytes: number;
  readonly boxes: readonly DrawnBox[];
}

export interface DrawnBox {
  readonly name: string;
  readonly kind: BoxKind;
  readonly first: number;
  readonly last: number;
  readonly offsetBytes: number;
  readonly bytes: number;
  /** `net.dnn:12`; absent where it comes from no line. */
  readonly place?: string;
}

const plot = { left: 96, top: 56, width: 1080, height: 520 } as const;
const size = { width: plot.left + plot.width + 24, height: plot.top + plot.height + 84 } as const;

/** Colours of the rectangle and of its text, in two shades for each kind of tensor. */
const colours = {
  activation: ['#2a78a5', '#4f9cc8'],
  input: ['#c98a1b', '#e0ab4c'],
  partial: ['#8f4a9c', '#b072bb'],
} as const;
const titles = {
  activation: 'activations',
  input: 'copies of inputs and from other tiles',
  partial: 'parts of sums',
} as const;

type DrawnKind = keyof typeof colours;

/** The picture as an SVG document of its own. `source` is the name of the program's file, for the title. */
export function memorySvg(picture: DrawnMemory, source: string): string {
  const { tile, program, phaseNames, startBytes, endBytes } = picture;
  const title = `${source}: tile ${tile} in ${program}`;
  const summary = `${grouped(endBytes - startBytes)} B of tensors above ${grouped(startBytes)} B that are always there`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    text(plot.left, 24, title, 'font-size="17" font-weight="600"'),
    text(plot.left, 43, `${summary}; ${grouped(phaseNames.length)} phases`, 'fill="#555"'),
    ...addresses(picture),
    ...picture.boxes.map((box, i) => rectangle(picture, box, i % 2)),
    `<path d="M${plot.left} ${plot.top}V${plot.top + plot.height}H${plot.left + plot.width}" fill="none" stroke="#333"/>`,
    fullestMark(picture),
    ...phases(picture),
    ...legend(),
    '</svg>',
    '',
  ].join('\n');
}

function rectangle(picture: DrawnMemory, box: DrawnBox, shade: number): string {
  const [x, end] = [box.first, box.last + 1].map(phase => across(picture, phase));
  const [bottom, top] = [box.offsetBytes, box.offsetBytes + box.bytes].map(bytes => up(picture, bytes));
  const line = box.place === undefined ? '' : `\n${box.place}`;
  const hint = `${box.name}\n${grouped(box.bytes)} B at ${grouped(box.offsetBytes)}, phases ${picture.firstNumber + box.first} to ${picture.firstNumber + box.last}${line}`;
  const fill = colours[kindOf(box)][shade];
  const shape = `<rect x="${round(x)}" y="${round(top)}" width="${round(end - x)}" height="${round(bottom - top)}" fill="${fill}" stroke="#fff" stroke-width="0.5"/>`;
  return `<g><title>${escaped(hint)}</title>${shape}${label(box.name, x, top, end - x, bottom - top)}</g>`;
}

/** The tensor's name, if the rectangle has room for it; empty otherwise. */
function label(name: string, x: number, y: number, width: number, height: number): string {
  const room = Math.floor((width - 8) / 6.4);
  if (height < 14 || room < 4) return '';
  const short = name.length <= room ? name : `${name.slice(0, room - 1)}…`;
  return text(x + 4, y + Math.min(height, 18) - 4, short, 'font-size="11" fill="#fff" pointer-events="none"');
}

function addresses(picture: DrawnMemory): readonly string[] {
  const { startBytes, endBytes } = picture;
  return [0, 0.25, 0.5, 0.75, 1].flatMap(share => {
    const bytes = startBytes + share * (endBytes - startBytes);
    const y = round(up(picture, bytes));
    return [
      `<path d="M${plot.left} ${y}h${plot.width}" stroke="#e4e4e4"/>`,
      text(plot.left - 8, y + 4, grouped(bytes), 'text-anchor="end" fill="#555"'),
    ];
  });
}

/** A vertical line at the phase in which most is live. */
function fullestMark(picture: DrawnMemory): string {
  const x = round(across(picture, picture.fullest + 0.5));
  return `<path d="M${x} ${plot.top - 6}V${plot.top + plot.height}" stroke="#c0392b" stroke-dasharray="4 3"/>`;
}

function phases(picture: DrawnMemory): readonly string[] {
  const count = picture.phaseNames.length;
  const step = Math.max(1, 10 ** Math.ceil(Math.log10(count / 12)));
  const marks = Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
  return marks.map(phase => {
    const y = plot.top + plot.height + 18;
    return text(
      across(picture, phase + 0.5),
      y,
      grouped(picture.firstNumber + phase),
      'text-anchor="middle" fill="#555"',
    );
  });
}

function legend(): readonly string[] {
  const y = plot.top + plot.height + 56;
  const mark = text(plot.left + 800, y + 1, 'dashed: most is live', 'fill="#c0392b"');
  const keys = (Object.keys(colours) as DrawnKind[]).flatMap((kind, i) => {
    const x = plot.left + i * 290;
    return [
      `<rect x="${x}" y="${y - 11}" width="14" height="14" fill="${colours[kind][0]}"/>`,
      text(x + 21, y + 1, titles[kind], 'fill="#333"'),
    ];
  });
  return [...keys, mark];
}

function kindOf({ kind }: DrawnBox): DrawnKind {
  return kind === 'input' || kind === 'partial' ? kind : 'activation';
}

function across({ phaseNames }: DrawnMemory, phase: number): number {
  return plot.left + (plot.width * phase) / Math.max(1, phaseNames.length);
}

function up({ startBytes, endBytes }: DrawnMemory, bytes: number): number {
  return plot.top + plot.height * (1 - (bytes - startBytes) / Math.max(1, endBytes - startBytes));
}
