/**
 * Groups of nodes that become one. A group is found from its root backwards: a node joins if *all* its users are in the group, so
 * nothing is computed twice, nothing outside can see what is fused away, and no cycle can arise.
 */
import type { Graph, Node, ValueId } from '@tessera-dnn/graph';

/** A group, complete or still growing; `T` is what a pass knows about its groups. */
export interface Group<T> {
  /** The only node whose value is used outside. */
  readonly root: ValueId;
  /** All nodes of the group, the root first, in descending order. */
  readonly members: readonly ValueId[];
  readonly facts: T;
}

/** What a pass is asked while groups grow. It only answers: the group takes the answer's facts as its own. */
export interface Grouping<T> {
  /** The facts of a new group with this root; undefined if the node cannot be one. */
  readonly start: (node: Node, id: ValueId) => T | undefined;
  /** The facts of the group once the node is in it; undefined if it may not join. */
  readonly join: (group: Group<T>, node: Node, id: ValueId) => T | undefined;
}

/** A group that grows; only this file changes it. */
interface Growing<T> extends Group<T> {
  members: ValueId[];
  facts: T;
}

/** The group of each node, undefined where it is in none. */
export function groupNodes<T>(graph: Graph, grouping: Grouping<T>): readonly (Group<T> | undefined)[] {
  const users = usersOf(graph);
  const groups: (Growing<T> | undefined)[] = new Array(graph.nodes.length).fill(undefined);
  for (let id = (graph.nodes.length - 1) as ValueId; id >= 0; id--) {
    const node = graph.nodes[id];
    const group = commonGroup(users[id], groups);
    const joined = group && grouping.join(group, node, id);
    if (group !== undefined && joined !== undefined) {
      group.facts = joined;
      group.members.push(id);
      groups[id] = group;
      continue;
    }
    const facts = grouping.start(node, id);
    if (facts !== undefined) groups[id] = { root: id, members: [id], facts };
  }
  return groups;
}

/** Groups whose root only one other group reads are taken into it where `merge` gives the facts of both together. */
export function mergeGroups<T>(
  graph: Graph,
  groups: readonly (Group<T> | undefined)[],
  merge: (group: Group<T>, part: Group<T>) => T | undefined,
): readonly (Group<T> | undefined)[] {
  const users = usersOf(graph);
  const grown = new Map([...new Set(groups)].map(group => [group, group && { ...group, members: [...group.members] }]));
  const merged: (Growing<T> | undefined)[] = groups.map(group => grown.get(group));
  for (let id = merged.length - 1; id >= 0; id--) {
    const part = merged[id];
    const group = commonGroup(users[id], merged);
    if (part === undefined || part.root !== id || group === undefined) continue;
    const facts = merge(group, part);
    if (facts === undefined) continue;
    for (const member of part.members) merged[member] = group;
    group.facts = facts;
    group.members = [...group.members, ...part.members].sort((a, b) => b - a);
  }
  return merged;
}

/** The users of each node; -1 stands for an output or an update. */
function usersOf({ nodes, outputs, updates }: Graph): readonly (readonly number[])[] {
  const users: number[][] = nodes.map(() => []);
  nodes.forEach((node, id) => {
    for (const operand of node.operands) users[operand].push(id);
  });
  for (const { value } of [...outputs, ...updates]) users[value].push(-1);
  return users;
}

function commonGroup<G>(users: readonly number[], groups: readonly (G | undefined)[]): G | undefined {
  const group = users.length > 0 ? groups[users[0]] : undefined;
  return group !== undefined && users.every(user => groups[user] === group) ? group : undefined;
}
