/** Which operations of a plan do their work in rounds. */
import type { Decisions } from '../lower/decisions.ts';
import { nameOf } from '../lower/lower-node.ts';
import { roundParts } from '../split/rounds.ts';

/** The rounds of one operation. */
export interface RoundsTaken {
  /** The node's name, as phases and buffers have it. */
  readonly name: string;
  readonly rounds: number;
  /** The axes along which a round takes a part, the outermost first. */
  readonly along: readonly RoundsAlong[];
}

export interface RoundsAlong {
  /** Counted among the axes of the result, or among those that are summed over. */
  readonly axis: number;
  readonly summed: boolean;
  /** How many elements a round takes, of how many of the whole axis. */
  readonly size: number;
  readonly extent: number;
}

/** The operations that work in rounds, in the order of programs and nodes. */
export function roundsTaken({ programs }: Decisions): readonly RoundsTaken[] {
  return programs.flatMap(program =>
    (program?.nodes ?? []).flatMap(({ split }, value) => {
      if (split?.rounds === undefined) return [];
      const node = program.graph.nodes[value];
      const { length: rank } = (node.epilogue?.base ?? node.type).shape;
      const { cuts } = split.grid;
      const along = split.rounds.map(({ axis, size }): RoundsAlong => {
        const summed = axis >= rank;
        return { axis: summed ? axis - rank : axis, summed, size, extent: cuts[axis][cuts[axis].length - 1] };
      });
      return [{ name: nameOf(node), rounds: roundParts(split.grid, split.rounds).length, along }];
    }),
  );
}
