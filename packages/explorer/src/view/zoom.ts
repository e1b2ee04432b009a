/** Zooming and moving over a canvas with mouse, fingers and keys. */
import { placeIn } from './canvas.ts';

/** Who is zoomed. Places are shares of the plot, from 0 to 1, from the left and from the top. */
export interface Zoomed {
  /** What was at `x` stays there; everything becomes so many times as large. */
  readonly zoomAcross: (x: number, times: number) => void;
  readonly zoomUp: (y: number, times: number) => void;
  /** By shares of what is seen. */
  readonly move: (across: number, up: number) => void;
  readonly reset: () => void;
  readonly click: (event: MouseEvent) => void;
  /** The plot inside the canvas. */
  readonly plot: () => { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

const step = 1.25;

/** Listens on `canvas`. The wheel zooms across, with Shift up and down; two fingers zoom both; a double click shows all. */
export function zoomable(canvas: HTMLCanvasElement, zoomed: Zoomed): void {
  const shareOf = (event: MouseEvent): readonly [number, number] => {
    const [x, y] = placeIn(canvas, event);
    const { left, top, width, height } = zoomed.plot();
    return [(x - left) / width, (y - top) / height];
  };
  canvas.addEventListener(
    'wheel',
    event => {
      event.preventDefault();
      const [x, y] = shareOf(event);
      const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) && !event.shiftKey;
      if (isSideways) return zoomed.move(event.deltaX / zoomed.plot().width, 0);
      const times = Math.exp(-(event.deltaY || event.deltaX) * 0.002);
      if (event.shiftKey) zoomed.zoomUp(y, times);
      else zoomed.zoomAcross(x, times);
    },
    { passive: false },
  );
  listenToPointers(canvas, zoomed, shareOf);
  canvas.addEventListener('dblclick', () => zoomed.reset());
  canvas.addEventListener('keydown', event => {
    const actions: { readonly [key: string]: () => void } = {
      '+': () => zoomed.zoomAcross(0.5, step),
      '=': () => zoomed.zoomAcross(0.5, step),
      '-': () => zoomed.zoomAcross(0.5, 1 / step),
      '0': () => zoomed.reset(),
      ArrowLeft: () => zoomed.move(-0.1, 0),
      ArrowRight: () => zoomed.move(0.1, 0),
      ArrowUp: () => zoomed.move(0, 0.1),
      ArrowDown: () => zoomed.move(0, -0.1),
    };
    if (event.ctrlKey || event.metaKey || !Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  });
}

/** One finger, or the mouse, moves what is seen; two zoom it. What hardly moves is a click. */
function listenToPointers(
  canvas: HTMLCanvasElement,
  zoomed: Zoomed,
  shareOf: (event: MouseEvent) => readonly [number, number],
): void {
  const held = new Map<number, PointerEvent>();
  let moved = 0;
  canvas.addEventListener('pointerdown', event => {
    canvas.setPointerCapture(event.pointerId);
    held.set(event.pointerId, event);
    moved = 0;
  });
  canvas.addEventListener('pointermove', event => {
    const before = held.get(event.pointerId);
    if (before === undefined) return;
    const [x, y] = shareOf(event);
    const [fromX, fromY] = shareOf(before);
    moved += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) zoomed.move(fromX - x, y - fromY);
    else {
      const [otherX, otherY] = shareOf(other);
      zoomed.zoomAcross(otherX, apart(x, otherX) / apart(fromX, otherX));
      zoomed.zoomUp(otherY, apart(y, otherY) / apart(fromY, otherY));
    }
    held.set(event.pointerId, event);
  });
  canvas.addEventListener('pointerup', event => {
    held.delete(event.pointerId);
    if (moved < 5) zoomed.click(event);
  });
  canvas.addEventListener('pointercancel', event => void held.delete(event.pointerId));
}

/** How far two places are apart; fingers beside each other do not zoom to infinity. */
function apart(a: number, b: number): number {
  return Math.max(0.05, Math.abs(a - b));
}
