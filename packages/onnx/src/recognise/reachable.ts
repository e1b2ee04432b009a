/** Walks through the values that results are computed from. */
import { operandsOf, type Value } from '../draft/value.ts';

/** All values that `results` need, each after its operands. A stack of its own, since a model may be deeper than the host's. */
export function postOrder(results: readonly Value[]): readonly Value[] {
  const order: Value[] = [];
  const seen = new Set<Value>();
  const stack: { readonly value: Value; readonly open: boolean }[] = results
    .toReversed()
    .map(value => ({ value, open: true }));
  while (stack.length > 0) {
    const { value, open } = stack.pop()!;
    if (!open) order.push(value);
    if (!open || seen.has(value)) continue;
    seen.add(value);
    stack.push({ value, open: false });
    for (const operand of operandsOf(value).toReversed())
      if (!seen.has(operand)) stack.push({ value: operand, open: true });
  }
  return order;
}

/** How often each value is read, by other values or as a result. */
export function readers(order: readonly Value[], results: readonly Value[]): ReadonlyMap<Value, number> {
  const counts = new Map<Value, number>();
  const count = (value: Value) => void counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const value of order) operandsOf(value).forEach(count);
  results.forEach(count);
  return counts;
}
