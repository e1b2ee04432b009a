/** A tensor to look at: as a picture whose colours are its values, or as numbers. */
import type { SeenTensor } from '../running/messages.ts';
import { shareColour } from './colours.ts';
import { chooser, element } from './dom.ts';
import { grouped } from './text.ts';

/** How the matrices of a tensor's last two axes lie beside each other in its picture. */
interface Sheet {
  readonly rows: number;
  readonly columns: number;
  /** Matrices that are drawn, and how many of them in a row of the picture. */
  readonly count: number;
  readonly across: number;
}

type Look = 'picture' | 'numbers';

/** What was chosen last; the next tensor is looked at in the same way. */
let look: Look = 'picture';
const mostMatrices = 256;
const mostNumbers = 512;

/** The tensor, its range, and a choice of how to look at it; one number alone is just told. */
export function tensorPicture(tensor: SeenTensor): HTMLElement {
  const { data, type, shape } = tensor;
  const range = rangeOf(data);
  if (data.length === 1) return element('p', { class: 'tensor' }, element('strong', {}, valueText(data[0])));
  const body = element('div');
  const show = (next: Look) => {
    look = next;
    choose.show(look);
    body.replaceChildren(look === 'picture' ? drawn(tensor, range) : numbers(tensor));
  };
  const choose = chooser<Look>(
    'As',
    [
      { value: 'picture', text: 'picture' },
      { value: 'numbers', text: 'numbers' },
    ],
    show,
  );
  show(look);
  const facts = `${type}[${shape.join(', ')}], ${valueText(range.least)} to ${valueText(range.most)}, mean ${valueText(range.mean)}${range.strange > 0 ? `, ${grouped(range.strange)} not finite` : ''}`;
  return element('div', { class: 'tensor' }, element('p', { class: 'note' }, facts), choose.element, body);
}

interface Range {
  readonly least: number;
  readonly most: number;
  readonly mean: number;
  /** How many are NaN or infinite; the others make the range. */
  readonly strange: number;
}

function rangeOf(data: SeenTensor['data']): Range {
  let [least, most, sum, strange] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of data) {
    if (!Number.isFinite(value)) {
      strange++;
      continue;
    }
    least = Math.min(least, value);
    most = Math.max(most, value);
    sum += value;
  }
  const counted = data.length - strange;
  return counted === 0
    ? { least: Number.NaN, most: Number.NaN, mean: Number.NaN, strange }
    : { least, most, mean: sum / counted, strange };
}

/** Four digits that count. */
export function valueText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** The matrices of the last two axes; a list is wrapped into one. */
function sheetOf(shape: readonly number[]): Sheet {
  const [rows, columns] = shape.length >= 2 ? shape.slice(-2) : wrapped(shape[0] ?? 1);
  const matrices = shape.slice(0, -2).reduce((product, extent) => product * extent, 1);
  const count = Math.min(matrices, mostMatrices);
  const across = Math.max(1, Math.min(count, Math.round(Math.sqrt((2 * count * rows) / columns))));
  return { rows, columns, count, across };
}

function wrapped(length: number): readonly [number, number] {
  const columns = length <= 64 ? length : Math.ceil(Math.sqrt(2 * length));
  return [Math.ceil(length / columns), columns];
}

function drawn(tensor: SeenTensor, range: Range): HTMLElement {
  const { data, shape } = tensor;
  const sheet = sheetOf(shape);
  const { rows, columns, count, across } = sheet;
  // A line between matrices, where there are several of them.
  const gap = count > 1 ? 1 : 0;
  const canvas = element('canvas', { role: 'img', attributes: { 'aria-label': `${tensor.name} as a picture` } });
  canvas.width = across * (columns + gap) - gap;
  canvas.height = Math.ceil(count / across) * (rows + gap) - gap;
  const context = canvas.getContext('2d')!;
  const span = range.most - range.least || 1;
  for (let matrix = 0; matrix < count; matrix++) {
    const [left, top] = [(matrix % across) * (columns + gap), Math.floor(matrix / across) * (rows + gap)];
    for (let i = 0; i < rows * columns; i++) {
      const value = data[matrix * rows * columns + i];
      if (value === undefined) break;
      context.fillStyle = Number.isFinite(value) ? shareColour((value - range.least) / span) : '#d33';
      context.fillRect(left + (i % columns), top + Math.floor(i / columns), 1, 1);
    }
  }
  const scale = Math.max(1, Math.min(12, Math.floor(360 / canvas.width)));
  canvas.style.width = `${canvas.width * scale}px`;
  const told = element('p', { class: 'note' }, legendOf(shape, count));
  canvas.addEventListener('pointermove', event => {
    const at = elementUnder(event, canvas, sheet, gap);
    told.textContent =
      at === undefined || at >= data.length
        ? legendOf(shape, count)
        : `${placeText(at, shape)} is ${valueText(data[at])}`;
  });
  return element('div', {}, canvas, told);
}

function legendOf(shape: readonly number[], count: number): string {
  const matrices = shape.slice(0, -2).reduce((product, extent) => product * extent, 1);
  return `dark is small, bright is large${count < matrices ? `; the first ${grouped(count)} of ${grouped(matrices)} matrices` : ''}`;
}

function elementUnder(event: PointerEvent, canvas: HTMLCanvasElement, sheet: Sheet, gap: number): number | undefined {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const x = Math.floor(((event.clientX - left) / width) * canvas.width);
  const y = Math.floor(((event.clientY - top) / height) * canvas.height);
  const [column, row] = [x % (sheet.columns + gap), y % (sheet.rows + gap)];
  const matrix = Math.floor(y / (sheet.rows + gap)) * sheet.across + Math.floor(x / (sheet.columns + gap));
  if (column >= sheet.columns || row >= sheet.rows || matrix >= sheet.count) return undefined;
  return (matrix * sheet.rows + row) * sheet.columns + column;
}

/** `[0, 3, 17]`. */
function placeText(at: number, shape: readonly number[]): string {
  const indices: number[] = [];
  let rest = at;
  for (const extent of shape.toReversed()) {
    indices.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return `[${indices.join(', ')}]`;
}

/** Rows of the last axis, the first ones. */
function numbers({ data, shape }: SeenTensor): HTMLElement {
  const columns = shape.at(-1) ?? 1;
  const shown = Math.min(data.length, mostNumbers);
  const lines: string[] = [];
  for (let i = 0; i < shown; i += columns)
    lines.push(`${placeText(i, shape)}  ${[...data.slice(i, Math.min(shown, i + columns))].map(valueText).join('  ')}`);
  const rest = data.length - shown;
  return element('pre', {}, [...lines, ...(rest > 0 ? [`and ${grouped(rest)} more`] : [])].join('\n'));
}
