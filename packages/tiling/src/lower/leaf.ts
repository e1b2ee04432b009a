/** Nodes that are there before a program runs: inputs in the host window, variables where they live, constants. */
import { elementBytes, type Node, tensorBytes } from '@tessera/graph';
import { type Home, hostHome, splatHome } from '../geometry/home.ts';
import type { Lowering } from './lowering.ts';

/** The home of a leaf; undefined for a resident that waits for its first consumer. */
export function lowerLeaf(node: Node, lowering: Lowering): Home | undefined {
  if (node.op === 'variable') return lowering.variables[node.attributes['variable'] as number];
  if (node.op === 'constant') return typeof node.data === 'number' ? splat(node, node.data, lowering) : undefined;
  const { type, origin } = node;
  const bytes = Float64Array.of(tensorBytes(type));
  return hostHome(type, lowering.assembly.buffer(origin.path ?? 'input', 'host', type, bytes, origin));
}

function splat(node: Node, value: number, lowering: Lowering): Home {
  const { tiles } = lowering.options.chip;
  const bytes = new Float64Array(tiles).fill(elementBytes[node.type.element]);
  const buffer = lowering.assembly.buffer(`constant ${value}`, 'constant', node.type, bytes, node.origin);
  const home = splatHome(node.type, buffer, tiles);
  const cells = Array.from({ length: tiles }, (_, tile) => ({ tile, start: [], count: [], strides: [], offset: 0 }));
  lowering.contents.push({ buffer, type: { element: node.type.element, shape: [] }, cells, data: value });
  return home;
}
