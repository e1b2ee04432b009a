/** Gives a program whose inputs and outputs are levels floats there, as it has inside, so that it runs on samples as they are. */
import { type Graph, type Module, rewriteGraph } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { fromLevels, toLevels } from './roles.ts';

/**
 * The program with quantised floats in the place of inputs that are dequantised and nothing else, and dequantised outputs in the place of levels: what
 * enters and leaves is then marked as any other value on levels.
 */
export function withFloatEnds(module: Module, table: OpTable): Module {
  const programs = module.programs.map(program =>
    program.kind === 'model' ? { ...program, graph: floatEnds(program.graph, table) } : program,
  );
  return { ...module, programs };
}

function floatEnds(graph: Graph, table: OpTable): Graph {
  const read = graph.nodes.filter(({ op }) => op === fromLevels).map(({ operands }) => operands[0]);
  const levels = new Map(
    graph.inputs.flatMap(({ value }) => (read.includes(value) ? [[value, graph.nodes[value].type] as const] : [])),
  );
  const left = new Set(graph.outputs.flatMap(({ value }) => (graph.nodes[value].op === toLevels ? [value] : [])));
  if (levels.size === 0 && left.size === 0) return graph;
  const nodes = graph.nodes.map((node, id) =>
    [...levels.keys()].some(value => value === id)
      ? { ...node, type: { ...node.type, element: 'f32' as const } }
      : node,
  );
  return rewriteGraph({ ...graph, nodes }, table, ({ id, node, operands, build, copy }) => {
    const [x, ...quantities] = operands;
    const type = node.op === fromLevels ? levels.get(node.operands[0]) : undefined;
    if (type !== undefined) {
      const stored = build.op(toLevels, [x, ...quantities], { element: type.element }, node.origin);
      return build.op(fromLevels, [stored, ...quantities], {}, node.origin);
    }
    return left.has(id) ? build.op(fromLevels, [copy(), ...quantities], {}, node.origin) : copy();
  });
}
