/** A place to draw a picture in: white on black, as handwritten digits are stored. */
import { element } from './dom.ts';

export interface DrawPad {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
}

const longestSide = 168;

/** A pad in the proportions of a picture. `changed` hears of each stroke when it ends. */
export function drawPad(
  { width, height }: { readonly width: number; readonly height: number },
  changed: () => void,
): DrawPad {
  const scale = longestSide / Math.max(width, height);
  const canvas = element('canvas', {
    class: 'pad',
    role: 'img',
    title: 'draw here',
    attributes: { 'aria-label': 'A picture to draw. By keyboard: choose a sample or a file instead' },
  });
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d')!;
  const clear = () => {
    context.fillStyle = '#000';
    context.fillRect(0, 0, canvas.width, canvas.height);
    Object.assign(context, { strokeStyle: '#fff', lineWidth: longestSide / 11, lineCap: 'round', lineJoin: 'round' });
  };
  const placeOf = ({ clientX, clientY }: PointerEvent): readonly [number, number] => {
    const { left, top, width: seen } = canvas.getBoundingClientRect();
    const ratio = canvas.width / seen;
    return [(clientX - left) * ratio, (clientY - top) * ratio];
  };
  canvas.addEventListener('pointerdown', event => {
    canvas.setPointerCapture(event.pointerId);
    const [x, y] = placeOf(event);
    context.beginPath();
    context.moveTo(x, y);
    // A tap is a dot.
    context.lineTo(x, y + 0.1);
    context.stroke();
  });
  canvas.addEventListener('pointermove', event => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    context.lineTo(...placeOf(event));
    context.stroke();
  });
  canvas.addEventListener('pointerup', changed);
  const empty = element(
    'button',
    {
      attributes: { type: 'button' },
      on: {
        click: () => {
          clear();
          changed();
        },
      },
    },
    'clear',
  );
  clear();
  return { canvas, element: element('div', { class: 'draw' }, canvas, empty) };
}
