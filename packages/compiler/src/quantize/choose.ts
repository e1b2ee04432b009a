/** Decides what of a program gets 8 bits, and where its text says so. */
import type { Graph, Module, ValueId } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { type ast, parse, preludeSources } from '@tessera-dnn/language';
import { type Flow, flowOf, type Layer, layersOf, storedValues } from './reads.ts';
import { type Changes, type Marked, weightsArgument } from './rewrite.ts';
import { expressionAt, inputSites, type Site, siteOf, type Texts, userSpans } from './sites.ts';
import { isPrelude } from './syntax.ts';

/** What gets 8 bits, and what does not. */
export interface Choice {
  readonly changes: Changes;
  /** The layers with 8-bit weights. */
  readonly layers: readonly Layer[];
  /** Layers that the user wants to stay as they are, and those that share a line with them. */
  readonly kept: readonly Layer[];
  /** Layers that stay as they are because nothing can be written that would give them 8-bit weights. */
  readonly unable: readonly Layer[];
}

/** The choice for the program of `module` whose entry is given. `isKept` says of a layer's path whether it stays in floats, `isUnmarked` of an expression's key. */
export function choose(
  { module, graph, entry }: { readonly module: Module; readonly graph: Graph; readonly entry: ast.Entry },
  { texts, table }: { readonly texts: Texts; readonly table: OpTable },
  isKept: (path: string) => boolean,
  isUnmarked: (key: string) => boolean = () => false,
): Choice {
  const flow = flowOf(graph, table);
  const layers = layersOf(flow, module).map(layer => ({ layer, site: layerSite(texts, layer) }));
  const keptSites = new Set(layers.flatMap(({ layer, site }) => (site && isKept(layer.path) ? [site.key] : [])));
  const able = layers.filter(({ site }) => site !== undefined);
  const chosen = able.filter(({ site }) => site && !keptSites.has(site.key));
  const in8Bits = new Set(chosen.map(({ layer }) => layer.node));
  const withWeights = new Set(layers.map(({ layer }) => layer.node));
  // A contraction without weights, such as that of scores with values, has 8 bits where its operands have.
  const isIn8Bits = (node: ValueId) =>
    flow.roles[node] === 'contracts' && (in8Bits.has(node) || !withWeights.has(node)) && in8Bits.size > 0;
  return {
    changes: {
      marked: markedValues(flow, texts, entry, isIn8Bits).filter(({ sites }) => !isUnmarked(sites[0].key)),
      layers: unique(chosen.map(({ site }) => site)),
    },
    layers: chosen.map(({ layer }) => layer),
    kept: able.filter(({ site }) => site && keptSites.has(site.key)).map(({ layer }) => layer),
    unable: layers.filter(({ site }) => site === undefined).map(({ layer }) => layer),
  };
}

/** The call that can be asked for 8-bit weights: of a block of the prelude that takes the argument. */
function layerSite({ nodes }: Texts, { weight: { origin } }: Layer): Site | undefined {
  if (origin.span === undefined || !isPrelude(origin.span.source)) return undefined;
  const [span] = userSpans(origin);
  const site = span && expressionAt(nodes, span);
  return site?.node.kind === 'call' && takesWeights().has(site.node.callee.text) ? site : undefined;
}

let known: ReadonlySet<string> | undefined;

/** The blocks of the prelude that own weights which can have 8 bits. */
function takesWeights(): ReadonlySet<string> {
  known ??= new Set(
    preludeSources
      .flatMap(source => parse(source).file.items)
      .flatMap(item =>
        item.kind === 'block' && item.parameters.some(({ name }) => name.text === weightsArgument)
          ? [item.name.text]
          : [],
      ),
  );
  return known;
}

/** The stored values by where the text makes them: what one expression makes in several turns or calls is marked there once. */
function markedValues(
  flow: Flow,
  texts: Texts,
  entry: ast.Entry,
  isIn8Bits: (node: ValueId) => boolean,
): readonly Marked[] {
  const found = new Map<string, Marked>();
  for (const way of storedValues(flow, isIn8Bits)) {
    const marked = way.map(value => markedAt(flow, texts, entry, value)).find(one => one !== undefined);
    if (marked !== undefined) found.set(marked.sites[0].key, marked);
  }
  return [...found.values()];
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

function unique(sites: readonly (Site | undefined)[]): readonly Site[] {
  return [...new Map(sites.flatMap(site => (site === undefined ? [] : [[site.key, site] as const]))).values()];
}
