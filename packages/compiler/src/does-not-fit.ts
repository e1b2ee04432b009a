/**
 * The proof that a program does not fit: which tile is too small and when, the fewest tensors that are too many for it, why these live, and
 * how much is missing.
 */
import type { Diagnostic, Note } from '@tessera-dnn/diagnostics';
import type { ChipSpec } from '@tessera-dnn/machine';
import { type MemoryReport, type Placement, peakMoment, phaseText, type TileProgram } from '@tessera-dnn/tiling';
import type { Code } from './explain/catalogue.ts';
import { bytesText, whyLive } from './live.ts';
import { userSpan } from './user-span.ts';

/** An error for the fullest tile, with its proof; empty if everything fits. */
export function doesNotFit(
  program: TileProgram,
  placement: Placement,
  report: MemoryReport,
  chip: ChipSpec,
): readonly Diagnostic<Code>[] {
  const { tile } = report.peak;
  const use = placement.tiles[tile];
  if (use.total <= chip.sramBytes) return [];
  const { phase } = peakMoment(program, placement, tile);
  const { tensors, reason } = tooMany(program, placement, tile, chip.sramBytes);
  const notes = tensors.slice(0, mostNotes).map(({ buffer, bytes }): Note => {
    const { name, origin } = program.buffers[buffer];
    return { message: `${bytesText(bytes)} ${name}: ${whyLive(program, placement, buffer)}`, span: userSpan(origin) };
  });
  const rest = tensors.slice(mostNotes).reduce((sum, { bytes }) => sum + bytes, 0);
  if (rest > 0) notes.push({ message: `${bytesText(rest)} in ${tensors.length - mostNotes} smaller ones` });
  const others = placement.tiles.filter(t => t.total > chip.sramBytes).length - 1;
  const parts = `${bytesText(use.residents)} variables, ${bytesText(use.transients)} transient, ${bytesText(use.tables)} tables, ${bytesText(use.code)} code`;
  const missing = bytesText(use.total - chip.sramBytes);
  return [
    {
      code: 'does-not-fit',
      severity: 'error',
      message: `tile ${tile} needs ${bytesText(use.total)} (${parts}), but a tile of ${chip.name} has ${bytesText(chip.sramBytes)}, ${missing} too few${others > 0 ? `; ${others} more tiles do not fit` : ''}`,
      span: notes[0]?.span,
      notes: [
        {
          message: `it is fullest in ${phaseText(program, phase)}; beside ${bytesText(use.tables + use.code)} of tables and code ${reason}`,
        },
        ...notes,
      ],
    },
  ];
}

const mostNotes = 8;

interface Held {
  readonly buffer: number;
  readonly bytes: number;
}

/**
 * The fewest tensors of a tile's fullest moment that are more than it has room for beside tables and code: the largest ones, variables
 * among them. All of them where only the gaps between them make them too many.
 */
function tooMany(
  program: TileProgram,
  placement: Placement,
  tile: number,
  sramBytes: number,
): { readonly tensors: readonly Held[]; readonly reason: string } {
  const resident = program.buffers.flatMap(({ resident, bytes }, buffer): Held[] =>
    resident && bytes[tile] > 0 ? [{ buffer, bytes: bytes[tile] }] : [],
  );
  const held = [...resident, ...peakMoment(program, placement, tile).live].sort((a, b) => b.bytes - a.bytes);
  const { tables, code } = placement.tiles[tile];
  let room = sramBytes - tables - code;
  if (room < 0) return { tensors: [], reason: 'there is no room for any tensor' };
  for (const [i, { bytes }] of held.entries()) {
    room -= bytes;
    if (room < 0) return { tensors: held.slice(0, i + 1), reason: 'these alone are too many' };
  }
  return { tensors: held, reason: `these leave ${bytesText(room)}, less than the gaps between them` };
}
