/** Numbers and places as people read them. */
import type { Explored } from '../data/explored.ts';

/** `1,234,567`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** `1,234 B`, and from ten thousand on in units: `48.2 KiB`. */
export function bytesText(bytes: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  if (Math.abs(bytes) < 10_000) return `${grouped(bytes)} B`;
  let [size, unit] = [bytes / 1024, 0];
  while (Math.abs(size) >= 1000 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size.toLocaleString('en-US', { maximumSignificantDigits: Math.abs(size) >= 100 ? 4 : 3 })} ${units[unit]}`;
}

/** `12.3 k`, `4.56 M`. */
export function countText(count: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  let unit = 0;
  while (Math.abs(count) >= (unit === 0 ? 10_000 : 1000) && unit < units.length - 1) {
    count /= 1000;
    unit++;
  }
  return unit === 0
    ? grouped(count)
    : `${count.toLocaleString('en-US', { maximumSignificantDigits: 4 })}${units[unit]}`;
}

/** `98.3 %`. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}

/** `12.3 ms`, `0.45 µs`. */
export function millisecondsText(milliseconds: number): string {
  const [value, unit] = milliseconds >= 1 ? [milliseconds, 'ms'] : [1000 * milliseconds, 'µs'];
  return `${Number(value.toPrecision(3))} ${unit}`;
}

/** `net.dnn:12`, or nothing where it comes from no line. */
export function siteText({ files, sites }: Explored, site: number): string {
  return site < 0 ? '' : `${files[sites[site].file].name.split('/').at(-1)}:${sites[site].line}`;
}
