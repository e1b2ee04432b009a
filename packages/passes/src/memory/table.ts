/**
 * The table of a program: what its tensors need, from everything apart to what recomputation leaves, each step with what the one before it
 * has saved. Graphs as they stand between passes are counted; tiles are another matter.
 */
import type { Graph, Program } from '@tessera-dnn/graph';
import { elementBytes, liveNodes, prune, wideElement } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { computingNodes } from '../order/best.ts';
import type { Recompute } from '../recompute/choose.ts';
import { turnOf } from '../recompute/turn.ts';
import { recomputeGraph } from '../recompute.ts';
import { type Counts, countsOf, joins, type StepOf, varyingNodes } from './counts.ts';
import { estimatedCycles } from './estimate.ts';
import { type Flow, flowOf } from './flow.ts';
import { buffersOf, packedBytes } from './pack.ts';
import { usageOf } from './usage.ts';

/** One program between passes. */
export interface ProgramStages {
  /** As the language makes it. */
  readonly written: Program;
  /** Differentiated and simplified, nothing fused. */
  readonly plain: Program;
  /** Fused and ordered, before anything is recomputed. */
  readonly ordered: Program;
}

export interface MemoryTable {
  readonly program: string;
  readonly kind: Program['kind'];
  /** The first extent of the first input, 1 if there is none. */
  readonly batch: number;
  /** What the forward pass needs. */
  readonly forward: Counts;
  /** Elements live at once, in the count of `forward.activations`. */
  readonly liveElements: number;
  /** What forward and backward pass need together; absent for programs that do not train. */
  readonly training?: Counts & {
    /** Bytes that wait at the turn from forward to backward. */
    readonly keptBytes: number;
  };
  /** Ways to save memory, each of which does all that those before it do; with four bytes an element, whatever the program stores. */
  readonly plans: readonly MemoryPlan[];
  /** Bytes of the last plan as the program stores its elements; absent where that is no less. */
  readonly storedBytes?: number;
}

export interface MemoryPlan {
  readonly name: 'in-place' | 'reused' | 'ordered' | 'recomputed';
  /** The height of a placement that was found, and what no placement can stay below. */
  readonly bytes: number;
  readonly boundBytes: number;
  /** Cycles that computing again adds, as a share of all. */
  readonly extraCycles: number;
}

/** The table of one program; `recompute` says how much may be computed again in its last plan. */
export function memoryTable(stages: ProgramStages, table: OpTable, stepOf: StepOf, recompute: Recompute): MemoryTable {
  const [written, plain, ordered] = [stages.written, stages.plain, stages.ordered].map(inWords);
  const plans = [
    ...plansOf((written.kind === 'train' ? plain : written).graph, table),
    ...plansInOrder(ordered.graph, table, recompute),
  ];
  const stored = plansInOrder(stages.ordered.graph, table, recompute).at(-1)?.bytes ?? 0;
  const forward = forwardOf(written.graph);
  const [input] = written.graph.inputs;
  return {
    program: written.name,
    kind: written.kind,
    batch: input === undefined ? 1 : (written.graph.nodes[input.value].type.shape[0] ?? 1),
    forward: countsOf(forward, table, stepOf),
    liveElements: liveElements(forward, table),
    ...(written.kind === 'train' ? { training: trainingOf(plain.graph, ordered.graph, table, stepOf) } : {}),
    plans,
    ...(stored < (plans.at(-1)?.bytes ?? 0) ? { storedBytes: stored } : {}),
  };
}

/** The program as if all its numbers had 32 bits, so that bytes count elements. */
function inWords(program: Program): Program {
  const nodes = program.graph.nodes.map(node => ({
    ...node,
    type: { ...node.type, element: wideElement(node.type.element) },
  }));
  return { ...program, graph: { ...program.graph, nodes } };
}

/** A training without what comes after its losses; any other program whole. */
function forwardOf(graph: Graph): Graph {
  const live = liveNodes(graph);
  const losses = graph.nodes.flatMap(({ kind, operands }, id) =>
    kind === 'gradient' && live[id] === 1 ? [operands[0]] : [],
  );
  if (losses.length === 0) return graph;
  const outputs = [...new Set(losses)].map((value, i) => ({ name: `loss ${i}`, value }));
  return prune({ ...graph, outputs, updates: [] });
}

/** The most elements live at once, as the literature counts: elementwise ops of one tensor work in place, those of two do not. */
function liveElements(graph: Graph, table: OpTable): number {
  const varying = varyingNodes(graph);
  const flow = flowBeside(graph, table);
  const overwrites = flow.overwrites.map((list, id) => (joins(graph, flow, id, varying) ? [] : list));
  return usageOf({ ...flow, overwrites }, computingNodes(graph)).peakBytes / elementBytes.f32;
}

/** The flow of a graph in which what depends on variables alone takes nothing, as it is computed beforehand. */
function flowBeside(graph: Graph, table: OpTable): Flow {
  return flowOf(
    graph,
    table,
    varyingNodes(graph).map(varies => 1 - varies),
  );
}

function trainingOf(plain: Graph, ordered: Graph, table: OpTable, stepOf: StepOf): MemoryTable['training'] {
  const flow = flowOf(ordered, table);
  const order = computingNodes(ordered);
  const { crosses } = turnOf(flow, order, usageOf(flow, order));
  const keptBytes = flow.bytes.reduce((sum, bytes, node) => (crosses[node] === 1 ? sum + bytes : sum), 0);
  return { ...countsOf(plain, table, stepOf), keptBytes };
}

/** The first two plans: results in place but each storage apart, and then storages that reuse one another's memory. */
function plansOf(graph: Graph, table: OpTable): readonly MemoryPlan[] {
  const flow = flowBeside(graph, table);
  const order = computingNodes(graph);
  const usage = usageOf(flow, order);
  const buffers = buffersOf(flow, order, usage);
  const apart = buffers.reduce((sum, { size }) => sum + size, 0);
  return [
    { name: 'in-place', bytes: apart, boundBytes: apart, extraCycles: 0 },
    { name: 'reused', bytes: packedBytes(buffers), boundBytes: usage.peakBytes, extraCycles: 0 },
  ];
}

function plansInOrder(graph: Graph, table: OpTable, recompute: Recompute): readonly MemoryPlan[] {
  const ordered = planOf('ordered', graph, graph, table);
  const copied = recomputeGraph(graph, table, recompute);
  return copied === graph ? [ordered] : [ordered, planOf('recomputed', copied, graph, table)];
}

function planOf(name: MemoryPlan['name'], graph: Graph, original: Graph, table: OpTable): MemoryPlan {
  const flow = flowOf(graph, table);
  const order = computingNodes(graph);
  const usage = usageOf(flow, order);
  const bytes = packedBytes(buffersOf(flow, order, usage));
  const [cycles, before] = [graph, original].map(of => estimatedCycles(of, table).reduce((a, b) => a + b, 0));
  return { name, bytes, boundBytes: usage.peakBytes, extraCycles: cycles / before - 1 };
}
