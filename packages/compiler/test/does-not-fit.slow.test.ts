/** A program that does not fit is told why, by how much, and where it fits: and that is so. */
import { hostChip, presetNamed, tinyChip } from '@tessera-dnn/machine';
import { describe, expect, it } from 'vitest';
import { plan } from '../src/index.ts';

const text = `model big(x: f32[64, 512]) -> f32[64, 512] {
  x |> dense(1024) as a |> relu |> dense(512) as b
}
`;

function planFor(chip: typeof tinyChip, of = text) {
  return plan({ name: 'big.dnn', text: of }, { chip });
}

const numbers = (line: string) =>
  [...line.matchAll(/([\d,]+) B/g)].map(([, digits]) => Number(digits.replaceAll(',', '')));

describe('a program that does not fit', () => {
  const [error] = planFor(tinyChip).diagnostics;
  const notes = error.notes?.map(({ message }) => message) ?? [];

  it('is short of what it says', () => {
    const [needed, ...rest] = numbers(error.message);
    const [variables, transient, tables, code, sram, missing] = rest;
    expect(sram).toBe(tinyChip.sramBytes);
    expect(needed - sram).toBe(missing);
    expect(variables + transient + tables + code).toBeLessThanOrEqual(needed);
  });

  it('has a smallest set of tensors that are too many', () => {
    const [beside] = numbers(notes[0]);
    const sizes = notes.slice(1).map(note => numbers(note)[0]);
    const sum = sizes.reduce((a, b) => a + b, 0);
    expect(beside + sum).toBeGreaterThan(tinyChip.sramBytes);
    expect(beside + sum - Math.min(...sizes)).toBeLessThanOrEqual(tinyChip.sramBytes);
    expect(notes[1]).toContain('a.weight: always live');
  });

  it('fits where it is said to, and on no smaller number of tiles tried', () => {
    const tiles = Number(/--tiles (\d+)/.exec(error.help ?? '')?.[1]);
    const preset = /--chip (\w+)/.exec(error.help ?? '')?.[1] ?? '';
    const kibibytes = Number(/--sram (\d+)KiB/.exec(error.help ?? '')?.[1]);
    expect(planFor({ ...tinyChip, tiles }).ok).toBe(true);
    expect(planFor({ ...tinyChip, tiles: tiles / 2 }).ok).toBe(false);
    expect(planFor({ ...tinyChip, sramBytes: kibibytes * 1024 }).ok).toBe(true);
    const chip = presetNamed(preset);
    expect(chip.ok && planFor(chip.value).ok).toBe(true);
  });

  it('may have no room for a single tensor', () => {
    const [misfit] = planFor({ ...tinyChip, sramBytes: 1024 }).diagnostics;
    expect(misfit.notes?.[0].message).toContain('there is no room for any tensor');
    expect(misfit.help).toMatch(/^it fits with \d+ KiB a tile \(--sram \d+KiB\), or on gc2 \(--chip gc2\)$/);
  });

  it('may need but one large tile', () => {
    const [misfit] = planFor({ ...hostChip, sramBytes: 3 * 2 ** 20 }).diagnostics;
    expect(misfit.help).toMatch(/^it fits with 4\.\d MiB a tile \(--sram \d+KiB\), or on 2 tiles/);
  });
});
