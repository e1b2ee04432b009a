/** Sizes as people write them. */
const units: { readonly [unit: string]: number } = { '': 1, b: 1, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };

/** Bytes of `65536`, `64KiB`, `1.5 MiB`, `4GiB`; letters of either case. `undefined` for anything else, and for parts of a byte. */
export function parseSize(text: string): number | undefined {
  const [, number, unit] = /^(\d[\d_]*(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  if (number === undefined || !Object.hasOwn(units, unit.toLowerCase())) return undefined;
  const bytes = Number(number.replaceAll('_', '')) * units[unit.toLowerCase()];
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** `64 KiB`, `1.5 MiB`, `1000 B`: three digits at least, one decimal where it is not a whole number. */
export function formatSize(bytes: number): string {
  for (const [unit, name] of [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ] as const) {
    if (bytes >= unit) return `${Number((bytes / unit).toFixed(1))} ${name}`;
  }
  return `${bytes} B`;
}
