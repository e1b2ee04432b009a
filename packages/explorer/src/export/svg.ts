/** Pieces of SVG documents. */
import { printable } from '@tessera-dnn/diagnostics';

/** A text at a place; `attributes` as they stand in the document. */
export function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped(content)}</text>`;
}

/** To hundredths, which no eye can tell apart. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Text as content of an element or an attribute. */
export function escaped(content: string): string {
  const entities: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // XML cannot represent control characters, not even as entities.
  return printable(content).replace(/[&<>"]/g, character => entities[character]);
}
