/** Decides what of a program gets 8 bits, and where its text says so. */
import type { Graph, Module, ValueId } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import type { ast } from '@tessera-dnn/language';
import { endsOf, type Wanted } from './ends.ts';
import { type LayerChange, layerChange } from './layers.ts';
import { type Flow, flowOf, type Layer, layersOf, storedValues } from './reads.ts';
import { returnOf } from './returned.ts';
import { type Changes, keyOf, type Marked } from './rewrite.ts';
import { inputSites, siteOf, summandSite, type Texts } from './sites.ts';

/** What gets 8 bits, and what does not. */
export interface Choice {
  readonly changes: Changes;
  /** The layers with 8-bit weights. */
  readonly layers: readonly Layer[];
  /** Layers that the user wants to stay as they are, and those that share a line with them. */
  readonly kept: readonly Layer[];
  /** Inputs and outputs that were to be levels and stay in floats. */
  readonly ends: readonly string[];
  /** Layers that stay as they are because nothing can be written that would give them 8-bit weights. */
  readonly unable: readonly Layer[];
}

/** Where markers may stand. */
export interface Placing {
  /** Whether an expression, by its key, gets none. */
  readonly isUnmarked?: (key: string) => boolean;
  /** Where a line makes values of which some are to be stored and others not, they stand where the former are returned. */
  readonly atReturns?: boolean;
  /** Which inputs and outputs are to be levels (default: none). */
  readonly wanted?: Wanted;
}

/** The choice for the program of `module` whose entry is given. `isKept` says of a layer's path whether it stays in floats. */
export function choose(
  { module, graph, entry }: { readonly module: Module; readonly graph: Graph; readonly entry: ast.Entry },
  { texts, table }: { readonly texts: Texts; readonly table: OpTable },
  isKept: (path: string) => boolean,
  { isUnmarked = () => false, atReturns = false, wanted = { inputs: false, outputs: false } }: Placing = {},
): Choice {
  const flow = flowOf(graph, table);
  const layers = layersOf(flow, module).map(layer => ({ layer, change: layerChange(texts, layer) }));
  const keptSites = new Set(layers.flatMap(({ layer, change }) => (change && isKept(layer.path) ? [change.key] : [])));
  const able = layers.filter(({ change }) => change !== undefined);
  const chosen = able.filter(({ change }) => change && !keptSites.has(change.key));
  const in8Bits = new Set(chosen.map(({ layer }) => layer.node));
  const withWeights = new Set(layers.map(({ layer }) => layer.node));
  // A contraction without weights, such as that of scores with values, has 8 bits where its operands have.
  const isIn8Bits = (node: ValueId) =>
    flow.roles[node] === 'contracts' && (in8Bits.has(node) || !withWeights.has(node)) && in8Bits.size > 0;
  const ends = endsOf(graph, texts, entry, wanted);
  const atEnds = ends.levels.map((end): Marked => ({ sites: [], end })).filter(marked => !isUnmarked(keyOf(marked)));
  // The text has the floats of an input that is levels under the input's name, so they need no marker.
  const isEnd = ({ input }: Marked) =>
    input !== undefined && atEnds.some(({ end }) => end?.kind === 'input' && end.name === input.name);
  const inside = markedValues(flow, texts, entry, { isIn8Bits, atReturns });
  return {
    changes: {
      marked: [...atEnds, ...inside.filter(marked => !isUnmarked(keyOf(marked)) && !isEnd(marked))],
      layers: unique(chosen.map(({ change }) => change)),
    },
    layers: chosen.map(({ layer }) => layer),
    ends: ends.unable,
    kept: able.filter(({ change }) => change && keptSites.has(change.key)).map(({ layer }) => layer),
    unable: layers.filter(({ change }) => change === undefined).map(({ layer }) => layer),
  };
}

/** The stored values by where the text makes them: what one expression makes in several turns or calls is marked there once. */
function markedValues(
  flow: Flow,
  texts: Texts,
  entry: ast.Entry,
  { isIn8Bits, atReturns }: { readonly isIn8Bits: (node: ValueId) => boolean; readonly atReturns: boolean },
): readonly Marked[] {
  const stored = storedValues(flow, isIn8Bits);
  const mixed = atReturns ? mixedSites(flow, texts, new Set(stored.flatMap(({ way }) => way))) : new Set<string>();
  const found = new Map<string, Marked>();
  for (const { way, summand } of stored) {
    const operand = summand && summandSite(flow, texts, summand.sum, summand.side);
    const marked = operand
      ? { sites: [operand] }
      : way.map(value => markedAt(flow, texts, entry, value)).find(one => one !== undefined);
    if (marked === undefined) continue;
    const [site] = marked.sites;
    const returned = mixed.has(site.key) ? returnOf(texts, site) : undefined;
    found.set((returned ?? site).key, returned === undefined ? marked : { sites: [returned] });
  }
  return [...found.values()];
}

/** Expressions, by their keys, that make some values to be stored and some that are not. */
function mixedSites(flow: Flow, texts: Texts, stored: ReadonlySet<ValueId>): ReadonlySet<string> {
  const others = flow.graph.nodes.flatMap((_, id) =>
    flow.fed[id] === 1 && !stored.has(id as ValueId) ? [siteOf(flow, texts, id as ValueId)?.key] : [],
  );
  return new Set(others.filter(key => key !== undefined));
}

function markedAt(flow: Flow, texts: Texts, entry: ast.Entry, value: ValueId): Marked | undefined {
  const node = flow.graph.nodes[value];
  if (node.kind !== 'input') {
    const site = siteOf(flow, texts, value);
    return site && { sites: [site] };
  }
  const sites = inputSites(texts, entry, node.attributes.name);
  return sites.length === 0 ? undefined : { sites, input: { name: node.attributes.name, entry } };
}

function unique(changes: readonly (LayerChange | undefined)[]): readonly LayerChange[] {
  return [
    ...new Map(changes.flatMap(change => (change === undefined ? [] : [[change.key, change] as const]))).values(),
  ];
}
