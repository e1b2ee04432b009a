/** Lowers one node, by what it is: a leaf, movement, or work. */
import { isLeaf, type Node, type ValueId } from '@tessera-dnn/graph';
import type { MovementOp } from '@tessera-dnn/graph/op';
import { operandAsDecided } from './as-decided.ts';
import { atOnce, inOrder, type Lowered } from './context.ts';
import type { NodeDecision } from './decisions.ts';
import { lowerLeaf } from './leaf.ts';
import { lowerWork } from './lower-work.ts';
import type { Lowering } from './lowering.ts';
import { lowerMovement } from './movement.ts';
import type { ProgramPlans } from './program-plans.ts';
import { residenceOf } from './resident-homes.ts';
import { wishOf } from './wishes.ts';

/**
 * What was decided for the node and how it is done. Its result is undefined for a resident that waits for its first consumer. `tableBytes`: about
 * what tables take so far.
 */
export function lowerNode(
  value: ValueId,
  plans: ProgramPlans,
  tableBytes: Float64Array,
  lowering: Lowering,
): Lowered<NodeDecision> {
  const node = plans.program.graph.nodes[value];
  if (isLeaf(node)) return atOnce({ operands: [], result: lowerLeaf(node, lowering) });
  const def = lowering.registries.table.find(node.op);
  if (def?.kind === 'movement') return lowerMoving(value, def, plans, lowering);
  return lowerWork({ value, name: nameOf(node), tableBytes }, plans, lowering);
}

function lowerMoving(
  value: ValueId,
  def: MovementOp,
  { program, homes, replicas, readers, parts, decided: decidedOf }: ProgramPlans,
  { registries, residents }: Lowering,
): Lowered<NodeDecision> {
  const { nodes } = program.graph;
  const node = nodes[value];
  const decided = decidedOf(value);
  const name = nameOf(node);
  const settled = inOrder(
    node.operands.map((operand, i) => {
      const asked = decided?.operands[i];
      const home = homes[operand] ?? residents.settle(nodes[operand], residenceOf(asked));
      return operandAsDecided(home, asked, name, registries);
    }),
  );
  const first = replicas.first[value];
  const wish = parts?.wholeOf(value) ?? wishOf(program, readers.get(first), first, registries.table);
  const context = { registries, name, decided: decided?.result };
  const { result, phases, moves } = lowerMovement({ node, def, homes: settled.result, wish }, context);
  const decision = { operands: settled.result, result };
  return { result: decision, phases: [...settled.phases, ...phases], moves: [...settled.moves, ...moves] };
}

/** Of phases and buffers: the node's path and op. */
export function nameOf({ origin, op }: Node): string {
  return origin.path ? `${origin.path} ${op}` : op;
}
