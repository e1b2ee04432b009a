/**
 * Groups of nodes that become one. A group is found from its root backwards: a node joins if *all* its users are in the group, so
 * nothing is computed twice, nothing outside can see what is fused away, and no cycle can arise.
 */
import type { Graph, Node, ValueId } from '@tessera/graph';

/** A group under construction; `T` is what a pass knows about its groups. */
export interface Group<T> {
  /** The only node whose value is used outside. */
  readonly root: ValueId;
  /** All nodes of the group, the root first, in descending order. */
  readonly members: ValueId[];
  readonly facts: T;
}

export interface Grouping<T> {
  /** The facts of a new group with this root; undefined if the node cannot be one. */
  readonly start: (node: Node, id: ValueId) => T | undefined;
  /** Whether the node may join; may change the group's facts. */
  readonly join: (group: Group<T>, node: Node, id: ValueId) => boolean;
}

/** The group of each node, undefined where it is in none. */
export function groupNodes<T>(graph: Graph, grouping: Grouping<T>): readonly (Group<T> | undefined)[] {
  const users = usersOf(graph);
  const groups: (Group<T> | undefined)[] = new Array(graph.nodes.length).fill(undefined);
  for (let id = (graph.nodes.length - 1) as ValueId; id >= 0; id--) {
    const node = graph.nodes[id];
    const group = commonGroup(users[id], groups);
    if (group !== undefined && grouping.join(group, node, id)) {
      group.members.push(id);
      groups[id] = group;
      continue;
    }
    const facts = grouping.start(node, id);
    if (facts !== undefined) groups[id] = { root: id, members: [id], facts };
  }
  return groups;
}

/** Groups whose root only one other group reads, which takes them in where `merges` says so. */
export function mergeGroups<T>(
  graph: Graph,
  groups: readonly (Group<T> | undefined)[],
  merges: (group: Group<T>, part: Group<T>) => boolean,
): readonly (Group<T> | undefined)[] {
  const users = usersOf(graph);
  const merged = [...groups];
  for (let id = merged.length - 1; id >= 0; id--) {
    const part = merged[id];
    const group = commonGroup(users[id], merged);
    if (part === undefined || part.root !== id || group === undefined || !merges(group, part)) continue;
    for (const member of part.members) merged[member] = group;
    for (const member of part.members) group.members.push(member);
    group.members.sort((a, b) => b - a);
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

function commonGroup<T>(users: readonly number[], groups: readonly (Group<T> | undefined)[]): Group<T> | undefined {
  const group = users.length > 0 ? groups[users[0]] : undefined;
  return group !== undefined && users.every(user => groups[user] === group) ? group : undefined;
}
