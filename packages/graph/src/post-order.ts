/**
 * What a recursion over a graph would visit, without its stack: a network is as deep as it has layers, and a call stack is not.
 */

/** `root` and all that it needs, each once and after what it needs itself, in the order in which a recursion would be done with them. */
export function postOrder<T>(root: T, needs: (value: T) => readonly T[]): readonly T[] {
  const order: T[] = [];
  const seen = new Set<T>([root]);
  const open = [{ value: root, needed: needs(root), next: 0 }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    if (top.next === top.needed.length) {
      order.push(top.value);
      open.pop();
      continue;
    }
    const value = top.needed[top.next++];
    if (seen.has(value)) continue;
    seen.add(value);
    open.push({ value, needed: needs(value), next: 0 });
  }
  return order;
}
