/** What programs expect of their memory (`expect peak <= …`) and what they get. */
import type { Diagnostic, Note } from '@tessera-dnn/diagnostics';
import type { MemoryLimit, Module } from '@tessera-dnn/graph';
import type { ChipSpec } from '@tessera-dnn/machine';
import { type Placement, type ProgramPeak, peakMoment, programPeaks, type TileProgram } from '@tessera-dnn/tiling';
import type { Code } from './explain/catalogue.ts';
import { bytesText, whyLive } from './live.ts';
import { userSpan } from './user-span.ts';

/** An error on the line of every expectation that is not met. */
export function exceededPeaks(
  module: Module,
  tiles: TileProgram,
  placement: Placement,
  chip: ChipSpec,
): readonly Diagnostic[] {
  return programPeaks(tiles, placement).flatMap(peak => {
    const limits = module.programs.find(({ name }) => name === peak.program.name)?.limits ?? [];
    const broken = limits.filter(({ peakBytes }) => peakBytes < peak.bytes);
    return broken.map(limit => exceeded(limit, peak, tiles, placement, chip));
  });
}

function exceeded(
  { peakBytes, span }: MemoryLimit,
  { program, tile, bytes }: ProgramPeak,
  tiles: TileProgram,
  placement: Placement,
  chip: ChipSpec,
): Diagnostic<Code> {
  const { phaseName, live } = peakMoment(tiles, placement, tile, program);
  const notes: Note[] = [...live]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 6)
    .map(buffer => ({
      message: `${bytesText(buffer.bytes)} ${buffer.name}: ${whyLive(tiles, placement, buffer.buffer)}`,
      span: userSpan(tiles.buffers[buffer.buffer].origin),
    }));
  const over = bytesText(Math.ceil(bytes - peakBytes));
  return {
    code: 'peak-exceeded',
    severity: 'error',
    message: `the intermediates of ${program.name} take ${bytesText(bytes)} on ${chip.name}${tilesText(tile, tiles)}, ${over} more than this`,
    span,
    notes: [{ message: `they take most in ${phaseName}, when there live` }, ...notes],
    help: '`tessera memory` shows where the bytes go, `tessera why` what does not share memory and why',
  };
}

function tilesText(tile: number, { tiles }: TileProgram): string {
  return tiles === 1 ? '' : `, tile ${tile}`;
}
