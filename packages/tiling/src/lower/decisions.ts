/**
 * What lowering decides that results may depend on to the bit, so that another plan of the same programs can decide the same.
 *
 * The order in which a kernel adds up a sum follows from how its work is cut and how its operands and its result lie: their cells and
 * strides. So a decision holds, for each node, its split and these homes, as data of their own: their buffers mean nothing here. A
 * plan that follows decisions cuts each node and lays out its result as decided, and brings an operand that lies in another way
 * to where it was (`as-decided.ts`). Its programs may hold replicas: each follows the node that it is a copy of.
 */
import { counterparts, type Graph, type Module, type ValueId } from '@tessera-dnn/graph';
import type { Home } from '../geometry/home.ts';
import type { Split } from '../split/cut.ts';

export interface NodeDecision {
  /** Absent for nodes that do not compute. */
  readonly split?: Split;
  readonly operands: readonly Home[];
  /** Where the result was computed; undefined for residents, which settle with their first reader. */
  readonly result: Home | undefined;
}

export interface Decisions {
  /** By program, in the module's order. */
  readonly programs: readonly ProgramDecisions[];
  /** Where variables live, by id. */
  readonly variables: readonly (Home | undefined)[];
}

export interface ProgramDecisions {
  readonly graph: Graph;
  /** By node. */
  readonly nodes: readonly NodeDecision[];
}

/** By node of a module's program: what is to be followed. */
export type Followed = (value: ValueId) => NodeDecision | undefined;

/** How the program at `index` of `module` follows decisions; undefined for every node if there are none. */
export function followed(decisions: Decisions | undefined, { programs }: Module, index: number): Followed {
  const decided = decisions?.programs[index];
  if (!decided) return () => undefined;
  const kept = counterparts(programs[index].graph, decided.graph);
  return value => {
    const node = kept[value];
    return node === undefined ? undefined : decided.nodes[node];
  };
}
