/**
 * The way every pass works: a new graph is built by walking the old one in order and giving a new value for each live node.
 * What becomes dead on the way is left out; equal nodes merge.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { GraphBuilder } from './builder.ts';
import { createGraphBuilder } from './builder.ts';
import type { Graph, Node, ValueId } from './graph.ts';
import type { OpTable } from './op/table.ts';
import { liveNodes } from './prune.ts';

/** One node of the old graph and where the rewrite stands. */
export interface RewriteStep {
  readonly build: GraphBuilder;
  readonly old: Graph;
  readonly id: ValueId;
  readonly node: Node;
  /** The new values of the node's operands. */
  readonly operands: readonly ValueId[];
  /** The new value of an earlier node of the old graph. */
  readonly mapped: (old: ValueId) => ValueId;
  /** The node as it is, over the new operands. */
  readonly copy: () => ValueId;
}

/**
 * Copies `graph`, asking `visit` for the new value of every live node but the inputs. `visit` may return undefined for nodes
 * whose value nobody will ask for (they are fused into a later one).
 */
export function rewriteGraph(graph: Graph, table: OpTable, visit: (step: RewriteStep) => ValueId | undefined): Graph {
  const build = createGraphBuilder(table);
  const values = new Int32Array(graph.nodes.length).fill(-1);
  const mapped = (old: ValueId): ValueId => {
    if (values[old] < 0) throw new InternalError('rewrite', 'a value that was fused away is still used', `%${old}`);
    return values[old] as ValueId;
  };
  copyInputs(graph, build, values);
  const live = liveNodes(graph);
  for (let id = 0; id < graph.nodes.length; id++) {
    if (live[id] === 0 || values[id] >= 0) continue;
    const node = graph.nodes[id];
    let operands: ValueId[] | undefined;
    const step: RewriteStep = {
      build,
      old: graph,
      id: id as ValueId,
      node,
      get operands() {
        return (operands ??= node.operands.map(mapped));
      },
      mapped,
      copy: () => build.append({ ...node, operands: step.operands }),
    };
    values[id] = visit(step) ?? -1;
  }
  for (const { name, value } of graph.outputs) build.output(name, mapped(value));
  for (const { variable, value } of graph.updates) build.update(variable, mapped(value));
  return build.finish();
}

function copyInputs(graph: Graph, build: GraphBuilder, values: Int32Array): void {
  for (const { name, value } of graph.inputs) {
    const { type, origin } = graph.nodes[value];
    values[value] = build.input(name, type, origin);
  }
}
