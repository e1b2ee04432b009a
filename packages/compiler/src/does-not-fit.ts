/** The proof that a program does not fit: which tile, when, what lies there then and why, and how much is missing. */
import type { Diagnostic, Note } from '@tessera/diagnostics';
import type { ChipSpec } from '@tessera/machine';
import { type MemoryReport, type Placement, peakMoment, type TileProgram } from '@tessera/tiling';
import { bytesText, whyLive } from './live.ts';
import { userSpan } from './user-span.ts';

/** Empty if everything fits. */
export function doesNotFit(
  program: TileProgram,
  placement: Placement,
  report: MemoryReport,
  chip: ChipSpec,
): readonly Diagnostic[] {
  const { tile } = report.peak;
  const use = placement.tiles[tile];
  if (use.total <= chip.sramBytes) return [];
  const { phase, phaseName, live } = peakMoment(program, placement, tile);
  const largest = [...live].sort((a, b) => b.bytes - a.bytes).slice(0, 6);
  const notes: Note[] = largest.map(buffer => ({
    message: `${bytesText(buffer.bytes)} ${buffer.name}: ${whyLive(program, placement, buffer.buffer)}`,
    span: userSpan(program.buffers[buffer.buffer].origin),
  }));
  const over = placement.tiles.filter(t => t.total > chip.sramBytes).length;
  const parts = `${bytesText(use.residents)} variables, ${bytesText(use.transients)} transient, ${bytesText(use.tables)} tables, ${bytesText(use.code)} code`;
  const needed = Math.ceil(use.total / 1024);
  return [
    {
      code: 'does-not-fit',
      severity: 'error',
      message: `tile ${tile} needs ${bytesText(use.total)} (${parts}), but a tile of ${chip.name} has ${bytesText(chip.sramBytes)}${over > 1 ? `; ${over} tiles do not fit` : ''}`,
      span: notes[0]?.span,
      notes: [{ message: `its memory is fullest in phase ${phase}, ${phaseName}, when it holds` }, ...notes],
      help: `give each tile more memory (--sram ${needed}KiB)${moreTiles(use, chip)}, or take a larger chip (\`tessera chips\`)`,
    },
  ];
}

/** More tiles share the data, not tables and code; a guess at how many may do, where that is not absurd. */
function moreTiles({ total, tables, code }: Placement['tiles'][number], { tiles, sramBytes }: ChipSpec): string {
  const enough = tiles * 2 ** Math.ceil(Math.log2(total / sramBytes));
  return tables + code < sramBytes && enough <= 16 * tiles ? `, use more tiles (--tiles ${enough})` : '';
}
