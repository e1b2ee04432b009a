/** Where in the user's text a value of a program is made, so that something can be written behind it. */
import type { Span } from '@tessera-dnn/diagnostics';
import type { Node, Origin, ValueId } from '@tessera-dnn/graph';
import type { ast } from '@tessera-dnn/language';
import type { Flow } from './reads.ts';
import { type Found, isInside, isPrelude, nodesByPlace, placeOf } from './syntax.ts';

/** The user's texts of a program, parsed. */
export interface Texts {
  /** The root first. */
  readonly files: readonly ast.File[];
  readonly nodes: ReadonlyMap<string, Found>;
}

/** The texts with their nodes by place. */
export function textsOf(files: readonly ast.File[]): Texts {
  return { files, nodes: new Map(files.flatMap(file => [...nodesByPlace(file)])) };
}

/** An expression of the text, behind which something can be written. */
export interface Site extends Found<ast.Expression> {
  readonly key: string;
}

/** The calls in the user's text that made a node, the innermost first, and before them the expression itself if it is the user's. */
export function userSpans({ span, calls = [] }: Origin): readonly Span[] {
  const all = span === undefined ? calls : [span, ...calls];
  const first = all.findIndex(({ source }) => !isPrelude(source));
  return first < 0 ? [] : all.slice(first);
}

/**
 * The expression whose value is the node's: undefined for what a block of the prelude computes on its way. The result of a block is read by
 * others than the block itself.
 */
export function siteOf({ graph, readers }: Flow, { nodes }: Texts, value: ValueId): Site | undefined {
  const place = madeAt(graph.nodes[value]);
  const isResult =
    graph.outputs.some(output => output.value === value) ||
    readers[value].some(reader => madeAt(graph.nodes[reader]) !== place);
  const [span] = userSpans(graph.nodes[value].origin);
  return isResult && span !== undefined ? expressionAt(nodes, span) : undefined;
}

/** The call, operation or sum at a place of the user's text. */
export function expressionAt(nodes: Texts['nodes'], span: Span): Site | undefined {
  const key = placeOf(span);
  const found = nodes.get(key);
  if (found === undefined) return undefined;
  const { node, parent } = found;
  return node.kind === 'call' || node.kind === 'binary' || node.kind === 'unary' || node.kind === 'reference'
    ? { node, parent, key }
    : undefined;
}

/** The operand of a sum that the user's text writes as `a + b`. */
export function summandSite({ graph }: Flow, { nodes }: Texts, sum: ValueId, side: 0 | 1): Site | undefined {
  const { span } = graph.nodes[sum].origin;
  const parent = span === undefined ? undefined : nodes.get(placeOf(span))?.node;
  if (parent?.kind !== 'binary' || parent.operator !== '+') return undefined;
  const node = side === 0 ? parent.left : parent.right;
  return { node, parent, key: placeOf(node.span) };
}

function madeAt({ origin }: Node): string {
  return userSpans(origin).map(placeOf).join('; ');
}

/**
 * Where an input of a program is read: its references in the body, or nothing where the name may mean something else. If there are several,
 * those that an operator takes stay out of it: what is computed with the input itself is left exact.
 */
export function inputSites({ nodes }: Texts, entry: ast.Entry, name: string): readonly Site[] {
  const inside = [...nodes].flatMap(([key, { node, parent }]) =>
    isInside(node.span, entry.body.span) ? [{ key, node, parent }] : [],
  );
  const hidden = inside.some(
    ({ node }) =>
      ((node.kind === 'let' || node.kind === 'var' || node.kind === 'assign') &&
        [node.name, ...node.others].some(({ text }) => text === name)) ||
      (node.kind === 'for' && node.variable.text === name),
  );
  if (hidden) return [];
  const read = inside.filter((site): site is Site => site.node.kind === 'reference' && site.node.name === name);
  const plain = read.filter(
    ({ parent }) => parent.kind !== 'binary' && parent.kind !== 'unary' && parent.kind !== 'member',
  );
  return plain.length > 0 ? plain : read;
}
