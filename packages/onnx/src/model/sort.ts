/** Nodes in an order in which each comes after those that it needs. Files should have one, and not all do. */
import type { GraphProto, NodeProto } from '../proto/onnx.ts';

/** The nodes in such an order, the given one where it is; undefined where nodes wait for each other in a circle. */
export function sorted(nodes: readonly NodeProto[]): readonly NodeProto[] | undefined {
  const maker = new Map<string, number>();
  nodes.forEach((node, at) => {
    for (const name of node.outputs) if (name !== '') maker.set(name, at);
  });
  const waits = nodes.map(node => new Set([...readsOf(node)].flatMap(name => maker.get(name) ?? [])));
  const readers = nodes.map((): number[] => []);
  waits.forEach((needed, at) => {
    for (const other of needed) readers[other].push(at);
  });
  const left = waits.map(needed => needed.size);
  const order: NodeProto[] = [];
  const ready = left.flatMap((count, at) => (count === 0 ? [at] : []));
  for (let next = 0; next < ready.length; next++) {
    order.push(nodes[ready[next]]);
    for (const reader of readers[ready[next]]) if (--left[reader] === 0) ready.push(reader);
  }
  if (order.length < nodes.length) return undefined;
  return isOrdered(nodes, maker) ? nodes : order;
}

function isOrdered(nodes: readonly NodeProto[], maker: ReadonlyMap<string, number>): boolean {
  return nodes.every((node, at) => [...readsOf(node)].every(name => (maker.get(name) ?? -1) < at));
}

/** The names that a node reads, those that graphs within it take from around them included. */
function readsOf(node: NodeProto): ReadonlySet<string> {
  const names = new Set(node.inputs.filter(name => name !== ''));
  for (const { g } of node.attributes) if (g !== undefined) for (const name of outerNames(g)) names.add(name);
  return names;
}

function outerNames({ nodes, inputs, initializers, outputs }: GraphProto): readonly string[] {
  const own = new Set([...inputs, ...initializers].map(({ name }) => name));
  for (const node of nodes) for (const name of node.outputs) own.add(name);
  const read = [...nodes.flatMap(node => [...readsOf(node)]), ...outputs.map(({ name }) => name ?? '')];
  return read.filter(name => !own.has(name));
}
