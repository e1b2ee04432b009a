/** Which nodes read a variable, and what its new value is, by program: found in one walk, since there may be thousands of either. */
import type { Graph, Module, Node, ValueId } from '@tessera-dnn/graph';

export interface Reader {
  readonly node: Node;
  /** The first of its operands that is the variable. */
  readonly operand: number;
}

/** What one program does with a variable. */
export interface VariableUse {
  readonly graph: Graph;
  /** In the order in which they run. */
  readonly readers: readonly Reader[];
  /** The new value, if there is one. */
  readonly value?: ValueId;
}

/** By variable; the programs in their order, those left out that neither read nor update it. */
export function variableUses({ programs }: Module): ReadonlyMap<number, readonly VariableUse[]> {
  const uses = new Map<number, VariableUse[]>();
  for (const { graph } of programs) {
    const values = new Map<number, ValueId>(graph.updates.map(({ variable, value }) => [variable, value]));
    const readers = readersOf(graph);
    for (const variable of new Set([...readers.keys(), ...values.keys()])) {
      const use = { graph, readers: readers.get(variable) ?? [], value: values.get(variable) };
      uses.set(variable, [...(uses.get(variable) ?? []), use]);
    }
  }
  return uses;
}

function readersOf({ nodes }: Graph): ReadonlyMap<number, readonly Reader[]> {
  const readers = new Map<number, Reader[]>();
  for (const node of nodes) {
    const seen = new Set<number>();
    node.operands.forEach((value, operand) => {
      const leaf = nodes[value];
      if (leaf.kind !== 'variable' || seen.has(leaf.attributes.variable)) return;
      const { variable } = leaf.attributes;
      seen.add(variable);
      const list = readers.get(variable) ?? [];
      readers.set(variable, list);
      list.push({ node, operand });
    });
  }
  return readers;
}

/** The variables that a step of training updates. */
export function trainedVariables({ programs }: Module): ReadonlySet<number> {
  const trained = programs.filter(({ kind }) => kind === 'train');
  return new Set(trained.flatMap(({ graph }) => graph.updates.map(({ variable }) => variable)));
}
