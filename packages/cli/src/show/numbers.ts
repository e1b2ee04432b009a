/** Formats numbers for people. */

/** `1,234,567`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** `98.3 %`. `100 %` stands only for the whole, never for a rounded part. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '';
  const share = (100 * part) / whole;
  return part === whole ? '100 %' : `${share.toFixed(1)} %`;
}

/** A bar that fills the share `part / whole` of `width` cells, exact to an eighth of a cell. */
export function bar(part: number, whole: number, width: number): string {
  const eighths = whole <= 0 ? 0 : Math.round((8 * width * Math.max(0, part)) / whole);
  const rest = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8];
  return '█'.repeat(Math.floor(eighths / 8)) + rest;
}

/** `1.53 s`, `32.0 ms`, `870 µs`, `12 ns`. */
export function duration(seconds: number): string {
  for (const [unit, size] of [
    ['s', 1],
    ['ms', 1e-3],
    ['µs', 1e-6],
  ] as const) {
    if (seconds >= size) return `${Number((seconds / size).toPrecision(3))} ${unit}`;
  }
  return `${Math.round(seconds * 1e9)} ns`;
}

/** At most six digits: `-3.25`, `1.7e-12`, `NaN`. */
export function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** `1 tile`, `16 tiles`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
