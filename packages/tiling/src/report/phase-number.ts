/**
 * The number of a phase as all reports say it: within its program, with those that prepare what depends on variables before its own. It is the number that
 * `step` of an artifact takes and that traces have; the list of all programs' phases has another numbering, which stays inside of the compiler.
 */
import type { TiledProgram, TileProgram } from '../program.ts';

/** A phase of a program; those that prepare are the first ones of every program, and have none of their own. */
export interface NumberedPhase {
  readonly program?: string;
  readonly number: number;
  readonly name: string;
}

/** What `phase` of the list of all phases is called. */
export function numberedPhase({ prepare, programs, phases }: TileProgram, phase: number): NumberedPhase {
  const name = phases[phase]?.name ?? '';
  const isIn = ({ firstPhase, phases }: TiledProgram) => phase >= firstPhase && phase < firstPhase + phases;
  const program = programs.find(isIn);
  if (!program) return { number: phase - prepare.firstPhase, name };
  return { program: program.name, number: prepare.phases + phase - program.firstPhase, name };
}

/** `phase 5 of lenet, conv2 conv`. */
export function phaseText(tiles: TileProgram, phase: number): string {
  const { program, number, name } = numberedPhase(tiles, phase);
  return `phase ${number} of ${program ?? 'every program'}${name === '' ? '' : `, ${name}`}`;
}
