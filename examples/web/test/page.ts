/** Runs in the browser: the example's elements, then its script, which draws a seven; then another digit by hand; at last the page that writes. */
import './document.ts';
import '../main.ts';
import { writeTwice } from './write-page.ts';

const drawn = answer();
document.querySelector('button')?.click();
point('pointerdown', 14, 5);
for (let y = 5; y <= 22; y++) point('pointermove', 14, y);
const second = answer();

const texts = await writeTwice();

await fetch('/result', { method: 'POST', body: JSON.stringify({ first: drawn, second, texts }) });

function answer(): { readonly digit: string | null | undefined; readonly shares: readonly number[] } {
  const digit = document.querySelector('output')?.textContent;
  return { digit, shares: [...document.querySelectorAll('meter')].map(meter => meter.value) };
}

/** In pixels of the image, which the page shows 12 times as large. */
function point(type: string, x: number, y: number): void {
  const canvas = document.querySelector('canvas');
  if (!canvas) return;
  const { left, top } = canvas.getBoundingClientRect();
  canvas.dispatchEvent(new PointerEvent(type, { buttons: 1, clientX: left + 12 * x, clientY: top + 12 * y }));
}
