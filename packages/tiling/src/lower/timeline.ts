/** The phases in the order in which they run, what was moved in them, and about what they take of each tile's table. */
import { tableFormat } from '@tessera-dnn/machine';
import type { Moved, Phase } from '../program.ts';
import type { Lowered } from './context.ts';

/** An empty program for so many tiles; `append` adds to its end. */
export class Timeline {
  readonly phases: Phase[] = [];
  readonly moves: Moved[] = [];
  readonly tableBytes: Float64Array;

  constructor(tiles: number) {
    this.tableBytes = new Float64Array(tiles);
  }

  /** Appends the phases of what was lowered, and gives its result. */
  append<Result>({ result, phases, moves }: Lowered<Result>): Result {
    for (const phase of phases) {
      this.phases.push(phase);
      chargeTables(phase, this.tableBytes);
    }
    this.moves.push(...moves);
    return result;
  }
}

/** `tableBytes` with the records of further phases. */
export function tableBytesAfter(phases: readonly Phase[], tableBytes: Float64Array): Float64Array {
  const after = tableBytes.slice();
  for (const phase of phases) chargeTables(phase, after);
  return after;
}

/** Adds a record for each vertex and each copy of a phase, its share of fields counted. */
function chargeTables(phase: Phase, tableBytes: Float64Array): void {
  const { recordBytes } = tableFormat;
  if (phase.kind === 'compute') {
    phase.classOf.forEach((id, tile) => {
      if (id >= 0) tableBytes[tile] += recordBytes;
    });
  } else {
    for (let i = 0; i < phase.copies.count; i++) tableBytes[phase.copies.tile(i)] += recordBytes;
  }
}
