/** Colours of the canvases, from the page's style, so that they follow its light and dark. */
import type { BoxKind } from '../data/boxes.ts';

/** The kinds in the order of the legend, with what people call them. */
export const kindTexts: { readonly [K in BoxKind]: string } = {
  activation: 'results',
  input: 'copies from other tiles',
  partial: 'parts of sums',
  scratch: 'scratch memory',
  param: 'parameters',
  state: 'states',
  prepared: 'prepared values',
  constant: 'constants',
  tables: 'tables',
  code: 'code',
  host: 'host window',
};

/** The colours that canvases draw with. */
export interface Palette {
  readonly of: (kind: BoxKind) => string;
  readonly text: string;
  readonly faint: string;
  readonly line: string;
  readonly surface: string;
  readonly accent: string;
  readonly danger: string;
  readonly compute: readonly [string, string];
  readonly exchange: readonly [string, string];
  readonly sync: string;
}

/** What the style said when it was last asked: asking it in every frame of a zoom takes longer than drawing. */
let known: Palette | undefined;

/** The colours that the style says now. */
export function palette(): Palette {
  return (known ??= readPalette());
}

/** Reads the style anew the next time, when light has become dark. */
export function forgetPalette(): void {
  known = undefined;
}

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const named = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const kinds = new Map(Object.keys(kindTexts).map(kind => [kind, named(`kind-${kind}`)]));
  return {
    of: kind => kinds.get(kind) ?? '',
    text: named('text'),
    faint: named('faint'),
    line: named('line'),
    surface: named('surface'),
    accent: named('accent'),
    danger: named('danger'),
    compute: [named('compute'), named('compute-mean')],
    exchange: [named('exchange'), named('exchange-mean')],
    sync: named('sync'),
  };
}

/** Stops of cividis (Nuñez, Anderton, Renslow 2018), whose steps look alike to people of all kinds of colour vision. */
const stops = [
  [0, 34, 78],
  [42, 63, 109],
  [87, 93, 109],
  [124, 123, 120],
  [166, 157, 117],
  [210, 193, 97],
  [254, 232, 56],
] as const;

/** The colour of a share from 0 to 1. */
export function shareColour(share: number): string {
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const at = Math.min(stops.length - 2, Math.floor(place));
  const [r, g, b] = stops[at].map((from, i) => Math.round(from + (place - at) * (stops[at + 1][i] - from)));
  return `rgb(${r} ${g} ${b})`;
}
