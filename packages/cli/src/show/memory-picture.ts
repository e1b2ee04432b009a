/**
 * Draws one tile's memory over time with block characters: time runs from left to right, addresses grow upwards. Each cell shows the tensor
 * that takes most of it. Each kind of tensor has a character and a colour in two shades, so that neighbours can be told apart; the largest
 * tensors are marked with a letter.
 */
import { type MemoryBox, type MemoryPicture, placeOf } from '@tessera-dnn/compiler';
import type { Paint } from '../session.ts';
import { counted, grouped } from './numbers.ts';
import { tableOf } from './table.ts';

const letters = 'ABCDEFGHIJKLMNOP';
const width = 84;
const height = 18;

/** The picture with its legend, without a final line break. */
export function memoryPictureText(picture: MemoryPicture, paint: Paint): string {
  const { tile, program, phaseNames, boxes, startBytes } = picture;
  const title = `Tile ${tile} in ${program}: ${counted(phaseNames.length, 'phase')} from left to right, addresses upwards`;
  const named = largest(boxes).map((box, i) => ({ box, letter: letters[i] }));
  const grid = cellsOf(picture);
  const shades = shadesOf(boxes);
  const labels = labelsIn(grid, named);
  const lines = grid.map((row, at) => {
    const from = startBytes + ((picture.endBytes - startBytes) * (grid.length - 1 - at)) / grid.length;
    const cells = row.map((box, column) => labels.get(`${at} ${column}`) ?? block(box, shades, paint));
    return `${paint.dim(grouped(from).padStart(13))} ${paint.dim('▏')}${cells.join('')}`;
  });
  const mark = Math.floor(((picture.fullest + 0.5) * grid[0].length) / phaseNames.length);
  const floor = `${' '.repeat(14)}${paint.dim('▔'.repeat(grid[0].length + 1))}\n${' '.repeat(15 + mark)}▲ most is live`;
  const below = `${' '.repeat(15)}${paint.dim(`below: ${grouped(startBytes)} B that are always there`)}`;
  return [title, '', ...lines, floor, below, '', legend(named, picture.firstNumber, paint)].join('\n');
}

function largest(boxes: readonly MemoryBox[]): readonly MemoryBox[] {
  const area = ({ first, last, bytes }: MemoryBox) => (last - first + 1) * bytes;
  const chosen = [...boxes].sort((a, b) => area(b) - area(a)).slice(0, letters.length);
  return chosen.sort((a, b) => a.first - b.first || a.offsetBytes - b.offsetBytes);
}

type Grid = readonly (readonly (MemoryBox | undefined)[])[];

/** Rows from the highest addresses to the lowest. */
function cellsOf({ boxes, phaseNames, startBytes, endBytes }: MemoryPicture): Grid {
  const columns = phaseNames.length < width ? phaseNames.length * Math.floor(width / phaseNames.length) : width;
  const rowBytes = (endBytes - startBytes) / height;
  const perColumn = phaseNames.length / columns;
  const rows = Array.from({ length: height }, (_, row) => {
    const low = startBytes + (height - 1 - row) * rowBytes;
    return Array.from({ length: columns }, (_, column) => ({ low, from: column * perColumn }));
  });
  return rows.map(row => row.map(({ low, from }) => fullest(boxes, low, rowBytes, from, perColumn)));
}

/** The box that takes most of a cell; undefined where that is less than a quarter of it. */
function fullest(
  boxes: readonly MemoryBox[],
  low: number,
  rowBytes: number,
  from: number,
  phases: number,
): MemoryBox | undefined {
  let best: MemoryBox | undefined;
  let most = (rowBytes * phases) / 4;
  for (const box of boxes) {
    const time = Math.min(box.last + 1, from + phases) - Math.max(box.first, from);
    const bytes = Math.min(box.offsetBytes + box.bytes, low + rowBytes) - Math.max(box.offsetBytes, low);
    if (time <= 0 || bytes <= 0 || time * bytes < most) continue;
    best = box;
    most = time * bytes;
  }
  return best;
}

/** A shade, 0 or 1, for each box: the one that fewer of its neighbours have. */
function shadesOf(boxes: readonly MemoryBox[]): ReadonlyMap<MemoryBox, number> {
  const shades = new Map<MemoryBox, number>();
  for (const box of boxes) {
    const beside = [0, 0];
    for (const [other, shade] of shades) if (touch(box, other)) beside[shade]++;
    shades.set(box, beside[0] > beside[1] ? 1 : 0);
  }
  return shades;
}

function touch(a: MemoryBox, b: MemoryBox): boolean {
  if (a.kind !== b.kind) return false;
  const gap = (from: number, to: number, other: number, end: number) => Math.max(from, other) - Math.min(to, end);
  const time = gap(a.first, a.last + 1, b.first, b.last + 1);
  const bytes = gap(a.offsetBytes, a.offsetBytes + a.bytes, b.offsetBytes, b.offsetBytes + b.bytes);
  return time <= 0 && bytes <= 64;
}

function block(box: MemoryBox | undefined, shades: ReadonlyMap<MemoryBox, number>, paint: Paint): string {
  if (box === undefined) return ' ';
  const shade = shades.get(box) ?? 0;
  if (box.kind === 'input') return paint.yellow('▒░'[shade]);
  if (box.kind === 'partial') return paint.magenta('▚▞'[shade]);
  return paint.cyan('█▓'[shade]);
}

/** The letters of the named boxes, by `row column`. Each stands in the middle of the cells that show its box. */
function labelsIn(
  grid: Grid,
  named: readonly { readonly box: MemoryBox; readonly letter: string }[],
): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const { box, letter } of named) {
    const cells = grid.flatMap((row, at) => row.flatMap((cell, column) => (cell === box ? [`${at} ${column}`] : [])));
    if (cells.length > 0) labels.set(cells[Math.floor(cells.length / 2)], letter);
  }
  return labels;
}

function legend(
  named: readonly { readonly box: MemoryBox; readonly letter: string }[],
  firstNumber: number,
  paint: Paint,
): string {
  const keys = `  ${paint.cyan('█▓')} activations  ${paint.yellow('▒░')} copies of inputs and from other tiles  ${paint.magenta('▚▞')} parts of sums`;
  const rows = named.map(({ box, letter }) => {
    const place = placeOf(box.origin);
    const line = place === undefined ? '' : `${place.file}:${place.line}`;
    return [
      letter,
      grouped(box.bytes),
      `${firstNumber + box.first}–${firstNumber + box.last}`,
      box.name,
      paint.dim(line),
    ];
  });
  const right = { align: 'right' } as const;
  const columns = [
    { title: '' },
    { title: 'bytes', ...right },
    { title: 'phases', ...right },
    { title: 'tensor' },
    { title: 'from' },
  ];
  return [keys, '', tableOf(columns, rows, paint)].join('\n');
}
