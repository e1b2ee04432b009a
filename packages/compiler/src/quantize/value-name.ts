/** What values are called in reports: by the layer that makes them, and what is done with its result last. */
import type { Graph, ValueId } from '@tessera-dnn/graph';
import type { Flow } from './reads.ts';
import { fromLevels } from './roles.ts';
import { userSpans } from './sites.ts';

/** `conv1 relu`, `image`, `global_avg_pool`. */
export function valueName(flow: Flow, value: ValueId): string {
  const { graph } = flow;
  const made = makerOf(flow, value);
  const node = graph.nodes[made];
  if (node.kind === 'input')
    return made === value ? node.attributes.name : `${node.attributes.name} ${lastWord(graph, value)}`;
  // What several values on levels make together is called by its own place.
  const layer = layerName(graph, node.op === fromLevels ? value : made);
  const last = lastWord(graph, value);
  return lastWord(graph, made) === last || layer === last ? layer : `${layer} ${last}`;
}

/** The operation that is fused with what is done to its result: back over what is elementwise to the latest that is not. */
function makerOf({ graph, roles, fed }: Flow, value: ValueId): ValueId {
  for (let at = value; ; ) {
    const passes = roles[at] === 'maps' || roles[at] === 'adds';
    const operands = graph.nodes[at].operands.filter(operand => fed[operand] === 1);
    if (!passes || operands.length === 0 || graph.nodes[at].op === fromLevels) return at;
    at = Math.max(...operands) as ValueId;
  }
}

/** The labels around what is computed, without the number of a call that has no label; the word for it where there are none. */
function layerName(graph: Graph, value: ValueId): string {
  const word = lastWord(graph, value);
  const { path } = graph.nodes[value].origin;
  return path?.replace(new RegExp(`\\b${word}_\\d+$`), word) ?? word;
}

/** The block or operation that the user's text calls there, or its operator. */
function lastWord({ nodes }: Graph, value: ValueId): string {
  const { origin, op } = nodes[value];
  const [span] = userSpans(origin);
  const text = span?.source.text.slice(span.start, span.end) ?? '';
  return /^\w+(?=\(|$| as\b)/.exec(text)?.[0] ?? op;
}
