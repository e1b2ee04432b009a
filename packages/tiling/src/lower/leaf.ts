/** Nodes that are there before a program runs: inputs in the host window, variables where they live, constants. */
import { elementBytes, type Node, tensorBytes } from '@tessera-dnn/graph';
import { type Home, hostHome, splatHome } from '../geometry/home.ts';
import type { Lowering } from './lowering.ts';

/** The home of a leaf; undefined for a resident that waits for its first consumer. */
export function lowerLeaf(node: Node, lowering: Lowering): Home | undefined {
  if (node.kind === 'variable') return lowering.residents.of(node);
  if (node.kind === 'constant') return typeof node.data === 'number' ? splat(node, node.data, lowering) : undefined;
  const { type, origin } = node;
  const bytes = Float64Array.of(tensorBytes(type));
  const { buffers } = lowering.registries;
  return hostHome(type, buffers.add({ name: origin.path ?? 'input', kind: 'host', type, bytes, origin }));
}

function splat({ type, origin }: Node, value: number, { registries, residents }: Lowering): Home {
  const { tiles } = registries.chip;
  const bytes = new Float64Array(tiles).fill(elementBytes[type.element]);
  const buffer = registries.buffers.add({ name: `constant ${value}`, kind: 'constant', type, bytes, origin });
  const cells = Array.from({ length: tiles }, (_, tile) => ({ tile, start: [], count: [], strides: [], offset: 0 }));
  residents.addContents({ buffer, type: { element: type.element, shape: [] }, cells, data: value });
  return splatHome(type, buffer, tiles);
}
