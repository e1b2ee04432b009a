/** A report and the explorer in a browser: every view draws and says what the terminal says, and follows what is typed. */
import { join } from 'node:path';
import { memoryTables, tryPlan } from '@tessera-dnn/compiler/planning';
import { explore } from '@tessera-dnn/explorer';
import { explorerFiles, reportHtml } from '@tessera-dnn/explorer/node';
import { tinyChip } from '@tessera-dnn/machine';
import { expect, it } from 'vitest';
import { hasChromium, runInChromium } from './chromium.ts';

const text = `model net[n = 4](x: f32[n, 64]) -> f32[n, 8] {
  x |> dense(64) as a
    |> relu
    |> dense(8) as b
}
train fit[n = 16](x: f32[n, 64], y: f32[n, 8]) { minimize mse(net(x), y) using sgd(rate: 0.1) }
`;

it.skipIf(!hasChromium)(
  'a report shows tiles, memory, phases and lines, and the explorer what is typed',
  async () => {
    const source = { name: 'net.dnn', text };
    const chip = { ...tinyChip, sramBytes: 16384 };
    const tables = memoryTables(source, { chip });
    const { placed, outcome } = tryPlan(source, { chip }, 'without-hints');
    if (!tables.ok || !placed) throw new Error(outcome.diagnostics[0]?.message);
    const explored = explore(placed, tables.value, []);
    const { memory } = explored;
    const html = Buffer.from(await reportHtml(explored));
    const entry = join(import.meta.dirname, 'explorer-page.ts');
    const site = [...(await explorerFiles())].map(([name, content]) => [`/${name}`, content]);
    const served = Buffer.from(JSON.stringify({ ...source, files: [], settings: { chip: 'tiny', sramBytes: 16384 } }));
    const files = { ...Object.fromEntries(site), '/report.html': html, '/source.json': served };
    const seen = (await runInChromium({ entry, files }, 110_000)) as Record<string, unknown>;

    expect(seen).toMatchObject({ errors: [] });
    const { tile } = memory.peak;
    const fullest = memory.tiles[tile];
    const { tileRows, colours } = seen as { readonly tileRows: readonly string[]; readonly colours: readonly number[] };
    expect(seen['status']).toContain(memory.peakBytes.toLocaleString('en-US'));
    expect(tileRows).toContain(`parameters ${fullest.parameters.toLocaleString('en-US')}`);
    expect(tileRows).toContain(`code ${fullest.code.toLocaleString('en-US')}`);
    expect(tileRows).toContain(`used ${fullest.usedBytes.toLocaleString('en-US')}`);
    // The map, the chart and the floor plan: more than a ground and a frame.
    expect(colours).toHaveLength(3);
    for (const count of colours) expect(count).toBeGreaterThan(5);
    expect(seen['tensor']).toMatch(/always there.*on all tiles/);
    expect(seen['lit']).toMatch(/^bytes of /);
    expect(seen['line']).toMatch(/^net\.dnn:2line.*dense\(64\)/);
    expect(seen['phase']).toMatch(/^Phase 1: .*cycles/);
    expect(seen['idle']).toMatch(/% idle/);
    expect(seen['tile']).toBe(`Tile ${tile + 1} over time`);
    expect(seen['program']).toMatch(/phases$/);
    const guessed = expect.stringMatching(/^fits: [\d,]+ B on tile \d+$/);
    const again = [guessed, 'tiny, 8 tiles of 16 KiB'];
    expect(seen['live']).toEqual({
      first: [guessed, 'tiny, 16 tiles of 16 KiB'],
      fewer: again,
      isMarked: true,
      run: {
        output: expect.stringMatching(/^f32\[4, 8\], .* mean /),
        where: 'after phase 5, net · outputs',
        tensor: expect.stringMatching(/^f32\[/),
        back: expect.stringMatching(/^after phase 4, b /),
        status: '',
      },
      again,
      problems: 0,
    });
  },
  120_000,
);
