/**
 * Two passes for programs that have markers. Both make what is marked an output, so that it can be seen; one of them takes all markers away, and
 * gives layers their weights back as floats, so that the program computes what it did before.
 */
import {
  type Graph,
  type Module,
  type NamedValue,
  type Node,
  rewriteGraph,
  type ValueId,
  type Variable,
  type VariableId,
} from '@tessera-dnn/graph';
import { initProgram } from '@tessera-dnn/language';
import type { Stage } from '@tessera-dnn/passes';
import { withFloatEnds } from './float-ends.ts';
import { fromLevels, toLevels } from './roles.ts';

/** A value behind a marker. */
export interface MarkedValue {
  readonly value: ValueId;
  /** The variable that is its scale. */
  readonly scale: Variable;
  /** The output as which it is seen. */
  readonly output: string;
}

/** The markers of a graph, in its order. Several may have one scale. */
export function markedValues({ nodes }: Graph, { variables }: Module): readonly MarkedValue[] {
  const found = nodes.flatMap((node, id) => {
    const scale = isMarker(nodes, node) ? nodes[node.operands[1]] : undefined;
    return scale?.kind === 'variable' ? [{ value: id as ValueId, scale: variables[scale.attributes.variable] }] : [];
  });
  return found.map((marked, at) => ({ ...marked, output: `marked ${at}` }));
}

/** Weights of 8 bits as floats: the variable and its scales. */
export interface LevelWeights {
  readonly node: ValueId;
  readonly weight: Variable;
  readonly scale: Variable;
  /** The axis along which the scales lie. */
  readonly axis: number;
}

/** All weights of a graph that are stored as levels. */
export function levelWeights({ nodes }: Graph, { variables }: Module): readonly LevelWeights[] {
  return nodes.flatMap((node, id) => {
    if (node.op !== fromLevels) return [];
    const [weight, spread] = node.operands.map(operand => nodes[operand]);
    const scale = spread.kind === 'variable' ? spread : nodes[spread.operands[0] ?? id];
    if (weight.kind !== 'variable' || scale.kind !== 'variable') return [];
    return [
      {
        node: id as ValueId,
        weight: variables[weight.attributes.variable],
        scale: variables[scale.attributes.variable],
        // Scales are reshaped to have an extent for their own axis and each axis behind it.
        axis: weight.type.shape.length - spread.type.shape.length,
      },
    ];
  });
}

/** Shows what is marked. */
export const shown: Stage = {
  name: 'show-marked',
  doc: 'makes what stands on levels an output',
  run: (written, { table }) => {
    const module = withFloatEnds(written, table);
    return mapModels(module, graph => withOutputs(graph, markedValues(graph, module)));
  },
};

/** Shows what is marked, and computes it in floats. */
export const inFloats: Stage = {
  name: 'in-floats',
  doc: 'makes what is to stand on levels an output, and takes the levels away',
  run: (written, { table }) => {
    const module = withFloatEnds(written, table);
    const scales = new Set<Variable>();
    for (const { graph } of module.programs) {
      for (const { scale } of [...markedValues(graph, module), ...levelWeights(graph, module)]) scales.add(scale);
    }
    const kept = module.variables.filter(variable => !scales.has(variable));
    const floats = new Set(
      module.programs.flatMap(({ graph }) => levelWeights(graph, module).map(({ weight }) => weight)),
    );
    const numbers = new Map(kept.map((variable, id) => [variable, id as VariableId]));
    const renumbered = (id: VariableId) => numbers.get(module.variables[id]) as VariableId;
    const variables = kept.map(variable => {
      const { initialiser } = variable;
      if (floats.has(variable)) return asFloat(variable);
      return initialiser.kind === 'copy'
        ? { ...variable, initialiser: { ...initialiser, of: renumbered(initialiser.of) } }
        : variable;
    });
    const rewritten = mapModels(module, graph => {
      const weights = new Set(levelWeights(graph, module).map(({ node }) => node));
      const open = withOutputs(graph, markedValues(graph, module));
      const updates = open.updates.map(update => ({ ...update, variable: renumbered(update.variable) }));
      return rewriteGraph({ ...open, updates }, table, ({ id, node, old, build, mapped, copy }) => {
        if (weights.has(id)) {
          const weight = old.nodes[node.operands[0]];
          if (weight.kind !== 'variable') return copy();
          const variable = renumbered(weight.attributes.variable);
          return build.variable(variable, variables[variable].type, node.origin);
        }
        if (isMarker(old.nodes, node)) return mapped(old.nodes[node.operands[0]].operands[0]);
        if (node.kind !== 'variable') return copy();
        // What was a scale, or levels, is read by nothing that stays.
        const { variable } = node.attributes;
        const goes = scales.has(module.variables[variable]) || floats.has(module.variables[variable]);
        return goes ? build.constant(node.type, 1) : build.variable(renumbered(variable), node.type, node.origin);
      });
    });
    const programs = rewritten.programs.filter(({ kind }) => kind !== 'init');
    const result = { variables, programs };
    return { ...result, programs: [...programs, initProgram(result, table)] };
  },
};

function isMarker(nodes: readonly Node[], { op, operands }: Node): boolean {
  if (op !== fromLevels) return false;
  const levels = nodes[operands[0]];
  return levels.op === toLevels && levels.operands[1] === operands[1] && levels.operands[2] === operands[2];
}

/** The variable as floats that a weights file gives. */
function asFloat(variable: Variable): Variable {
  return { ...variable, type: { ...variable.type, element: 'f32' }, initialiser: { kind: 'constant', value: 0 } };
}

function mapModels(module: Module, change: (graph: Graph) => Graph): Module {
  const programs = module.programs.map(program =>
    program.kind === 'model' ? { ...program, graph: change(program.graph) } : program,
  );
  return { ...module, programs };
}

function withOutputs(graph: Graph, marked: readonly MarkedValue[]): Graph {
  const outputs: readonly NamedValue[] = marked.map(({ value, output }) => ({ name: output, value }));
  return { ...graph, outputs: [...graph.outputs, ...outputs] };
}
