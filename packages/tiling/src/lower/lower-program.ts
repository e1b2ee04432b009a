/** Lowers one program: its nodes in order, updates as soon as they may be written, at the end its outputs and the updates that had to wait. */
import { concerning } from '@tessera-dnn/diagnostics';
import { firstReplicas, type Program, type ValueId } from '@tessera-dnn/graph';
import type { Home } from '../geometry/home.ts';
import type { HostTensor, TiledProgram } from '../program.ts';
import { tileStage } from '../stages.ts';
import { followed, type NodeDecision, type ProgramDecisions } from './decisions.ts';
import { lowerOutputs, lowerUpdates } from './finish.ts';
import { lowerNode, nameOf } from './lower-node.ts';
import type { Lowering } from './lowering.ts';
import { PartHomes } from './part-homes.ts';
import { planParts } from './parts.ts';
import type { ProgramPlans } from './program-plans.ts';
import type { Timeline } from './timeline.ts';
import { planUpdates } from './updates.ts';
import { firstReaders, wishOf } from './wishes.ts';
import { type Values, writeUpdates } from './write-updates.ts';

/** Appends the program's phases to `timeline`. `firstPhases`: for each node, how many phases there are before its own, and after the
 * last node's how many there are then. */
export function lowerProgram(
  program: Program,
  timeline: Timeline,
  lowering: Lowering,
): { readonly tiled: TiledProgram; readonly decisions: ProgramDecisions; readonly firstPhases: readonly number[] } {
  const { graph, name } = program;
  const firstPhase = timeline.phases.length;
  const homes: (Home | undefined)[] = [];
  const inputs: HostTensor[] = [];
  const nodes: NodeDecision[] = [];
  const firstPhases: number[] = [];
  const plans = plansOf(program, homes, lowering);
  const inputNames = new Map<number, string>(graph.inputs.map(input => [input.value, input.name]));
  const home = (value: ValueId) => homes[value] ?? lowering.residents.settle(graph.nodes[value], undefined);
  const values: Values = { program, home };
  for (let value = 0; value < graph.nodes.length; value++) {
    const node = graph.nodes[value];
    firstPhases.push(timeline.phases.length);
    const subject = `%${value} ${nameOf(node)} of ${name}`;
    const { tableBytes } = timeline;
    const lowered = concerning(tileStage.name, subject, () => lowerNode(value as ValueId, plans, tableBytes, lowering));
    const decision = timeline.append(lowered);
    homes.push(decision.result);
    nodes.push(decision);
    const input = inputNames.get(value);
    if (input !== undefined) inputs.push({ name: input, type: node.type, buffer: (decision.result as Home).buffer });
    const due = plans.updates.after.get(value) ?? [];
    for (const [moved, to] of timeline.append(writeUpdates(due, plans.updates, values, lowering))) homes[moved] = to;
  }
  firstPhases.push(timeline.phases.length);
  const outputs = timeline.append(lowerOutputs(values, lowering));
  timeline.append(lowerUpdates(plans.updates.last, values, lowering));
  const phases = timeline.phases.length - firstPhase;
  const kind = program.kind === 'init' ? 'model' : program.kind;
  const updates = graph.updates.length > 0 && kind !== 'prepare';
  const tiled = { name, kind, firstPhase, phases, inputs, outputs, updates };
  return { tiled, decisions: { graph, nodes }, firstPhases };
}

/** `homes` are those of the nodes lowered so far, and grow. */
function plansOf(program: Program, homes: ProgramPlans['homes'], lowering: Lowering): ProgramPlans {
  const { graph } = program;
  const { module, options } = lowering;
  const updates = planUpdates(program, options);
  const readers = firstReaders(graph);
  const index = module.programs.indexOf(program);
  const decided = followed(options.decisions, module, index);
  const plans = { program, homes, updates, readers, decided, budgets: options.budgets?.[index] };
  const replicas = { first: firstReplicas(graph), splits: new Map() };
  return { ...plans, replicas, parts: partsOf(plans, lowering) };
}

/** Results are computed inside others on one tile only. */
function partsOf(
  { program, updates, readers, decided }: Pick<ProgramPlans, 'program' | 'updates' | 'readers' | 'decided'>,
  { registries }: Lowering,
): PartHomes | undefined {
  const { chip, table, buffers } = registries;
  if (chip.tiles > 1) return undefined;
  const plan = planParts(program, table, updates);
  const layoutOf = (whole: ValueId) =>
    decided(whole)?.result?.layout ?? wishOf(program, readers.get(whole), whole, table);
  return plan.size === 0 ? undefined : new PartHomes(program, plan, buffers, layoutOf);
}
