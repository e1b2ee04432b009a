/** A canvas as large as its place in the page, sharp on any screen. */
import { forgetPalette } from './colours.ts';

export interface Sheet {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  /** Of the canvas, in CSS pixels. */
  readonly size: () => { readonly width: number; readonly height: number };
}

/** A canvas that calls `draw` when its size or the colours of the page change; whoever has other reasons calls it himself. */
export function sheet(label: string, draw: () => void): Sheet {
  const canvas = document.createElement('canvas');
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'application');
  canvas.setAttribute('aria-label', label);
  const context = canvas.getContext('2d')!;
  let [width, height] = [0, 0];
  const fit = () => {
    const rect = canvas.getBoundingClientRect();
    const ratio = devicePixelRatio;
    [width, height] = [rect.width, rect.height];
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (width > 0 && height > 0) draw();
  };
  new ResizeObserver(fit).observe(canvas);
  const recolour = () => {
    forgetPalette();
    draw();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
  document.addEventListener('tessera-theme', recolour);
  return { canvas, context, size: () => ({ width, height }) };
}

/** The place of an event inside the canvas, in CSS pixels. */
export function placeIn(canvas: HTMLCanvasElement, { clientX, clientY }: MouseEvent): readonly [number, number] {
  const { left, top } = canvas.getBoundingClientRect();
  return [clientX - left, clientY - top];
}

/** Shows some lines beside the pointer; nothing hides it. */
export function tooltip(): {
  readonly element: HTMLElement;
  readonly show: (lines: readonly string[], at?: MouseEvent) => void;
} {
  const box = document.createElement('div');
  box.className = 'tooltip';
  box.hidden = true;
  return {
    element: box,
    show: (lines, at) => {
      box.hidden = lines.length === 0 || at === undefined;
      if (box.hidden || !at) return;
      box.replaceChildren(
        ...lines.map((line, i) => Object.assign(document.createElement(i ? 'div' : 'strong'), { textContent: line })),
      );
      const { width, height } = box.getBoundingClientRect();
      box.style.left = `${Math.max(4, Math.min(innerWidth - width - 8, at.clientX + 14))}px`;
      box.style.top = `${at.clientY + height + 24 > innerHeight ? at.clientY - height - 10 : at.clientY + 16}px`;
    },
  };
}
