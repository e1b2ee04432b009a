/** The tiles of the chip side by side, coloured by what they hold or do. A click looks at a tile. */
import { bytesFloor, type Floor, timeFloor } from '../data/floor.ts';
import { placeIn, sheet, tooltip } from './canvas.ts';
import { palette, shareColour } from './colours.ts';
import { chooser, element } from './dom.ts';
import { type Choice, type Colouring, programOf, type State } from './state.ts';
import { bytesText, countText, grouped } from './text.ts';

/** How tiles stand in rows. */
interface Grid {
  readonly columns: number;
  readonly cell: number;
  readonly left: number;
}

/** The card with the floor plan. */
export function floorPlan(state: State): HTMLElement {
  let floor = floorOf(state.choice);
  let grid: Grid = { columns: 1, cell: 1, left: 0 };
  const plan = sheet('Floor plan: arrow keys look at the next tile', () => draw());
  const hint = tooltip();
  const title = element('span', { class: 'note' });
  const low = element('span');
  const high = element('span');
  const colouring = chooser<Colouring>(
    'Colours',
    [
      { value: 'bytes', text: 'bytes', title: 'how much memory each tile uses' },
      { value: 'cycles', text: 'cycles', title: 'how long each tile works' },
      { value: 'idle', text: 'idle', title: 'how much of the time each tile waits' },
    ],
    value => state.change({ colouring: value }),
  );

  const draw = () => {
    const { width, height } = plan.size();
    const { context } = plan;
    context.clearRect(0, 0, width, height);
    grid = gridFor(floor.byTile.length, width, height);
    drawTiles(context, floor, grid, state.choice);
  };
  const tileAt = (event: MouseEvent): number | undefined => {
    const [x, y] = placeIn(plan.canvas, event);
    const column = Math.floor((x - grid.left) / grid.cell);
    const tile = Math.floor(y / grid.cell) * grid.columns + column;
    return column >= 0 && column < grid.columns && tile >= 0 && tile < floor.byTile.length ? tile : undefined;
  };
  plan.canvas.addEventListener('pointermove', event => {
    const tile = tileAt(event);
    hint.show(tile === undefined ? [] : [`tile ${tile}`, textOf(floor, floor.byTile[tile])], event);
  });
  plan.canvas.addEventListener('pointerleave', () => hint.show([]));
  plan.canvas.addEventListener('click', event => {
    const tile = tileAt(event);
    if (tile !== undefined) state.change({ tile });
  });
  plan.canvas.addEventListener('keydown', event => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -grid.columns, ArrowDown: grid.columns }[event.key];
    const tile = state.choice.tile + (step ?? 0);
    if (step === undefined || tile < 0 || tile >= floor.byTile.length) return;
    event.preventDefault();
    state.change({ tile });
  });

  state.listen(['explored', 'program', 'tile', 'phase', 'buffer', 'site', 'colouring'], choice => {
    floor = floorOf(choice);
    const [least, most] = rangeOf(floor);
    title.textContent = floor.title;
    low.textContent = least === most ? '' : exactText(floor, least);
    high.textContent = exactText(floor, most);
    colouring.show(choice.colouring);
    draw();
  });
  const legend = element('div', { class: 'scale' }, low, element('i', { class: 'cividis' }), high);
  const head = element('header', {}, element('h2', {}, 'Tiles'), colouring.element);
  return element(
    'section',
    { class: 'card floor' },
    head,
    plan.canvas,
    element('footer', {}, title, legend),
    hint.element,
  );
}

function floorOf(choice: Choice): Floor {
  const { explored, colouring, phase, buffer, site } = choice;
  const chosen = { program: programOf(choice), phase, buffer, site };
  return colouring === 'bytes' ? bytesFloor(explored, chosen) : timeFloor(explored, chosen, colouring);
}

/** The largest squares with which all tiles have room. */
function gridFor(tiles: number, width: number, height: number): Grid {
  let cell = Math.min(88, Math.floor(Math.sqrt((width * height) / tiles)) + 1);
  while (cell > 1 && Math.floor(width / cell) * Math.floor(height / cell) < tiles) cell -= cell > 12 ? 1 : 0.25;
  const columns = Math.min(tiles, Math.max(1, Math.floor(width / cell)));
  return { columns, cell, left: (width - columns * cell) / 2 };
}

function rangeOf({ byTile, isPart }: Floor): readonly [number, number] {
  const some = isPart ? byTile.filter(value => value > 0) : byTile;
  if (some.length === 0) return [0, 0];
  return [some.reduce((a, b) => Math.min(a, b)), some.reduce((a, b) => Math.max(a, b))];
}

function drawTiles(
  context: CanvasRenderingContext2D,
  floor: Floor,
  grid: Grid,
  { explored, tile: chosen }: Choice,
): void {
  const { line, danger, accent, text } = palette();
  const { cell, columns, left } = grid;
  const [least, most] = rangeOf(floor);
  const gap = cell > 8 ? 1.5 : 0.5;
  const { tiles, chip } = explored.memory;
  floor.byTile.forEach((value, tile) => {
    const [x, y] = [left + (tile % columns) * cell, Math.floor(tile / columns) * cell];
    const isEmpty = floor.isPart && value === 0;
    context.fillStyle = isEmpty ? line : shareColour(most === least ? 1 : (value - least) / (most - least));
    context.fillRect(x, y, cell - gap, cell - gap);
    if (cell > 34) drawNumber(context, tile, [x, y], isEmpty || value - least < 0.6 * (most - least));
    if (tiles[tile].usedBytes <= chip.sramBytes) return;
    // A corner, so that it does not take colour alone to see it.
    context.fillStyle = danger;
    context.beginPath();
    context.moveTo(x + cell - gap, y);
    const corner = Math.min(14, cell / 2.4);
    context.lineTo(x + cell - gap, y + corner);
    context.lineTo(x + cell - gap - corner, y);
    context.fill();
  });
  const [x, y] = [left + (chosen % columns) * cell, Math.floor(chosen / columns) * cell];
  context.lineWidth = 2;
  context.strokeStyle = text;
  context.strokeRect(x - 1, y - 1, cell - gap + 2, cell - gap + 2);
  context.strokeStyle = accent;
  context.strokeRect(x + 1, y + 1, cell - gap - 2, cell - gap - 2);
}

function drawNumber(
  context: CanvasRenderingContext2D,
  tile: number,
  [x, y]: readonly [number, number],
  isDark: boolean,
): void {
  context.font = '11px system-ui, sans-serif';
  context.fillStyle = isDark ? '#ffffffcc' : '#000000cc';
  context.fillText(String(tile), x + 5, y + 15);
}

/** The ends of a scale may be close to each other. */
function exactText(floor: Floor, value: number): string {
  return floor.unit === 'bytes' ? `${grouped(value)} B` : textOf(floor, value);
}

function textOf({ unit }: Floor, value: number): string {
  if (unit === 'bytes') return bytesText(value);
  return unit === 'cycles' ? `${countText(value)} cycles` : `${(100 * value).toFixed(1)} % idle`;
}
