/** How the text gives a layer weights of 8 bits: by an argument of the prelude's layers, or where it declares the weights itself. */
import { type ast, parse, preludeSources } from '@tessera-dnn/language';
import { type Edit, insertion } from './edit.ts';
import type { Layer } from './reads.ts';
import { expressionAt, type Site, type Texts, userSpans } from './sites.ts';
import { isInside, isPrelude, placeOf } from './syntax.ts';

/** The argument that asks a layer for weights on levels. */
export const weightsArgument = 'weights';

/** Edits of one file that make the weights of a line levels. */
export interface LayerChange {
  /** What several layers that one line makes have in common. */
  readonly key: string;
  readonly source: ast.File['source'];
  readonly edits: readonly Edit[];
}

/** The change for a layer; undefined where nothing can be written that would give it 8-bit weights. */
export function layerChange(texts: Texts, layer: Layer): LayerChange | undefined {
  const { span } = layer.weight.origin;
  if (span === undefined) return undefined;
  return isPrelude(span.source) ? withArgument(texts, layer) : declaredAsLevels(texts, layer, placeOf(span));
}

/** `weights: i8` behind the other arguments of a block of the prelude that takes it. */
function withArgument({ nodes }: Texts, { weight }: Layer): LayerChange | undefined {
  const [span] = userSpans(weight.origin);
  const site = span && expressionAt(nodes, span);
  if (site?.node.kind !== 'call' || !takesWeights().has(site.node.callee.text)) return undefined;
  const last = site.node.arguments.at(-1);
  const edits = last === undefined ? [] : [insertion(last.span.end, `, ${weightsArgument}: i8`)];
  return edits.length === 0 ? undefined : { key: site.key, source: site.node.span.source, edits };
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

/**
 * A param of the user's own becomes levels, gets a param for its scales, and is read through `dequantize`:
 *
 *     param w: f32[4, 8] = he_uniform         param w: i8[4, 8] = he_uniform
 *     x @ w                                   param w_scale: f32[8] = ones
 *                                             x @ dequantize(w, w_scale, axis: 1)
 */
function declaredAsLevels(texts: Texts, { axis }: Layer, key: string): LayerChange | undefined {
  const statement = texts.nodes.get(key)?.node;
  if (statement?.kind !== 'param' || statement.type.kind !== 'tensor-type') return undefined;
  const { name, type, initialiser, span } = statement;
  const scale = `${name.text}_scale`;
  const reads = readsOf(texts, statement, [name.text, scale]);
  if (reads === undefined) return undefined;
  const extent = type.dimensions[axis].span;
  const channels = span.source.text.slice(extent.start, extent.end);
  const value = `dequantize(${name.text}, ${scale}, axis: ${axis})`;
  const edits = [
    { ...type.element.span, text: 'i8' },
    ...(drawsLevels(initialiser) ? [] : [{ ...initialiser.span, text: 'zeros' }]),
    insertion(span.end, `\nparam ${scale}: f32[${channels}] = ones`),
    ...reads.map(read => ({ ...read.node.span, text: value })),
  ];
  return { key, source: span.source, edits };
}

/** Whether first values of this kind are drawn for levels too. */
function drawsLevels(initialiser: ast.Expression): boolean {
  return (
    initialiser.kind === 'reference' && /^(zeros|fan_in_uniform|(he|glorot)_(uniform|normal))$/.test(initialiser.name)
  );
}

/** Where a param is read, below its declaration; undefined if one of the names may mean something else there, or gets another value. */
function readsOf(
  { files, nodes }: Texts,
  { name, span }: ast.Variable,
  names: readonly string[],
): readonly Site[] | undefined {
  const item = files.flatMap(({ items }) => items).find(({ span: whole }) => isInside(span, whole));
  const inside = [...nodes].flatMap(([key, found]) =>
    item !== undefined && isInside(found.node.span, item.span) && found.node.span.start !== span.start
      ? [{ key, ...found }]
      : [],
  );
  const declared = inside.flatMap(({ node }) =>
    'name' in node && typeof node.name === 'object' && node.kind !== 'member' ? [node.name.text] : [],
  );
  const loops = inside.flatMap(({ node }) => (node.kind === 'for' ? [node.variable.text] : []));
  if ([...declared, ...loops].some(other => names.includes(other))) return undefined;
  return inside.filter(
    (site): site is Site =>
      site.node.kind === 'reference' && site.node.name === name.text && site.parent.kind !== 'member',
  );
}
