/**
 * Applies the rules of the op table until none applies. Before: any module. After: no rule matches anywhere.
 *
 * 1. The graph is rebuilt node by node; each new node is offered to every rule in order, and what a rule gives instead is offered again.
 * 2. Sweeps repeat while one of them changed something, since a rule may match what a later rewrite uncovers.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Graph, GraphBuilder, Origin, ValueId } from '@tessera-dnn/graph';
import { expander, rewriteGraph, sameType, showType } from '@tessera-dnn/graph';
import type { OpTable, Rule, RuleContext } from '@tessera-dnn/graph/op';
import { Knowledge } from './knowledge.ts';
import { mapGraphs, type Stage } from './stage.ts';
import { usesOf } from './uses.ts';

/** More rewrites of one node, or sweeps of one graph, can only be rules that undo one another. */
const endlessRewrites = 1000;
const endlessSweeps = 100;

export const simplify: Stage = {
  name: 'simplify',
  doc: 'applies the rewrite rules of the op table until none matches',
  run: (module, { table, strict }) => {
    const rules = table.rules.filter(rule => rule.exact || !strict);
    return mapGraphs(module, graph => sweep(graph, table, rules));
  },
};

function sweep(graph: Graph, table: OpTable, rules: readonly Rule[]): Graph {
  for (let turn = 0; turn < endlessSweeps; turn++) {
    let changed = false;
    let knowledge: Knowledge | undefined;
    const uses = usesOf(graph);
    graph = rewriteGraph(graph, table, ({ build, old, id, node, copy }) => {
      knowledge ??= new Knowledge(build, table, old);
      const value = copy();
      const better = improve({ build, rules, knowledge }, value, node.origin);
      if (uses[id] > 1) knowledge.share(better);
      changed ||= better !== value;
      return better;
    });
    if (!changed) return graph;
  }
  throw new InternalError(simplify.name, 'the rules of the op table undo one another');
}

/** A graph under construction, and what its values are offered to. */
interface Rewriting {
  readonly build: GraphBuilder;
  readonly rules: readonly Rule[];
  readonly knowledge: Knowledge;
}

function improve({ build, rules, knowledge }: Rewriting, value: ValueId, origin: Origin): ValueId {
  const context: RuleContext = {
    ...expander(build, origin),
    node: id => build.node(id),
    stable: id => knowledge.stable(id),
    shared: id => knowledge.shared(id),
  };
  for (let rewrites = 0; rewrites < endlessRewrites; rewrites++) {
    const better = applyFirst(build, context, rules, value);
    if (better === undefined) return value;
    value = better;
  }
  throw new InternalError(simplify.name, 'the rules of the op table undo one another', build.node(value).op);
}

function applyFirst(
  build: GraphBuilder,
  context: RuleContext,
  rules: readonly Rule[],
  value: ValueId,
): ValueId | undefined {
  for (const rule of rules) {
    const better = rule.apply(context, value);
    if (better === undefined || better === value) continue;
    if (!sameType(build.type(better), build.type(value))) {
      const types = `${showType(build.type(value))} to ${showType(build.type(better))}`;
      throw new InternalError(simplify.name, `a rule changes the type from ${types}`, rule.name);
    }
    return better;
  }
  return undefined;
}
