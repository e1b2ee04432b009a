/** Every byte of every tile is accounted for, and what the report says agrees with what was placed. */
import { readFileSync } from 'node:fs';
import { type ChipSpec, hostChip, presetNamed } from '@tessera-dnn/machine';
import { describe, expect, test } from 'vitest';
import { plan } from '../src/index.ts';

function preset(name: string): ChipSpec {
  const chip = presetNamed(name);
  if (!chip.ok) throw new Error(name);
  return chip.value;
}

const chips: readonly ChipSpec[] = [
  hostChip,
  { ...preset('tiny'), sramBytes: 524_288 },
  { ...preset('gc2'), tiles: 61 },
];

describe.each(['lenet', 'ds_cnn', 'autoencoder'])('%s', name => {
  const text = readFileSync(new URL(`../../../examples/${name}.dnn`, import.meta.url), 'utf8');
  test.each(chips.map(chip => [`${chip.name} with ${chip.tiles} tiles`, chip] as const))('on %s', (_, chip) => {
    const planned = plan({ name: `${name}.dnn`, text }, { chip, verify: true });
    if (!planned.ok) throw new Error(planned.diagnostics.map(d => d.message).join('\n'));
    const { report, placement } = planned.value;
    const sram = chip.packed ? placement.tileStrideBytes : chip.sramBytes;
    for (const tile of report.tiles) {
      const rows = Object.values(tile);
      expect(rows.reduce((a, b) => a + b, 0)).toBe(sram);
      for (const bytes of rows) expect(bytes).toBeGreaterThanOrEqual(0);
    }
    expect(report.lowerBoundBytes).toBeLessThanOrEqual(report.peakBytes);
    expect(report.peakBytes).toBeLessThanOrEqual(sram);
    expect(report.totalBytes % 65536).toBe(0);
    const stride = placement.tileStrideBytes;
    const between = placement.hostAddress - chip.tiles * stride;
    expect(between).toBeLessThan(16);
    expect(report.totalBytes).toBe(chip.tiles * stride + between + report.hostBytes);
    const host = Object.values(report.host);
    expect(host.reduce((a, b) => a + b, 0)).toBe(report.hostBytes);
    for (const bytes of host) expect(bytes).toBeGreaterThanOrEqual(0);
    const held = report.tiles.reduce((sum, tile) => sum + tile.parameters, 0);
    expect(held).toBeGreaterThanOrEqual(report.parameters * 4);
  });
});
