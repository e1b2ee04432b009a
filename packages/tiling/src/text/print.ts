/**
 * A tile program as text, all of it: what `parseTileProgram` makes an equal program of. Its first lines say what there is on the host and
 * the tiles, then come phases, programs and variables; what these share (classes, codes, loops over tiles, origins) stands at the end.
 * Lines are explained where they are written: `buffers.ts`, `phases.ts`, `programs.ts`, `codes.ts`, `origins.ts`.
 */
import type { TileProgram } from '../program.ts';
import { showBuffer, showContents } from './buffers.ts';
import { showClass, showCode, showSpread } from './codes.ts';
import { OriginWriter } from './origins.ts';
import { showPhase } from './phases.ts';
import { showMove, showProgram, showVariable } from './programs.ts';

/** The text of `program`; without weights that are embedded it takes about 70 bytes a copy. */
export function printTileProgram(program: TileProgram): string {
  const origins = new OriginWriter();
  const { tiles, tileStrideBytes, transfer, seed } = program;
  const sections: (readonly string[])[] = [
    [`tiles ${tiles}, ${tileStrideBytes} B apart`, `host transfer b${transfer}, seed b${seed}`],
    program.buffers.map((buffer, id) => showBuffer(buffer, id, origins)),
    program.contents.map(showContents),
    program.phases.map((phase, id) => showPhase(phase, id, origins)),
    [program.prepare, ...program.programs].map(showProgram),
    program.variables.map(showVariable),
    program.moves.map(move => showMove(move, origins)),
    program.classes.map(showClass),
    program.spreads.map(showSpread),
    program.codes.map((code, id) => showCode(code, id, program.codeNames[id])),
    program.outOfReach.map(name => `unreachable ${JSON.stringify(name)}`),
  ];
  return `${[...sections, origins.lines()]
    .map(lines => lines.map(line => `${line}\n`).join(''))
    .filter(Boolean)
    .join('\n')}`;
}
