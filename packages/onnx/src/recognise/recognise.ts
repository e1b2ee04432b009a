/**
 * Finds what the prelude has blocks for. It goes through the values from the inputs on, and tries the patterns at each; what a pattern finds stands for the
 * same calls of operations that the block makes.
 */
import type { Draft } from '../draft/draft.ts';
import type { Value } from '../draft/value.ts';
import { activations } from './activations.ts';
import { attentions } from './attention.ts';
import { layers } from './layers.ts';
import { norms } from './norms.ts';
import type { Pattern, Recognising } from './pattern.ts';
import { postOrder, readers } from './reachable.ts';

/** What is written in calls alone too, so that both texts are one graph: these say for themselves what they are there. */
const forms: readonly Pattern[] = [...activations, ...norms];
const patterns: readonly Pattern[] = [...forms, ...layers, ...attentions];

/** The results, computed by blocks where there are any. */
export function recognise(results: readonly Value[], draft: Draft): readonly Value[] {
  const order = postOrder(results);
  const counts = readers(order, results);
  const made = new Map<Value, Value>();
  const context: Recognising = { draft, isShared: value => (counts.get(value) ?? 0) > 1, reads: new Map() };
  for (const value of order) {
    if (value.source.kind === 'weight')
      context.reads.set(value.source.stored, (context.reads.get(value.source.stored) ?? 0) + (counts.get(value) ?? 0));
  }
  for (const value of order) made.set(value, better(context, rebuilt(value, made), value));
  return results.map(value => made.get(value)!);
}

function rebuilt(value: Value, made: ReadonlyMap<Value, Value>): Value {
  const { source } = value;
  if (source.kind !== 'call' && source.kind !== 'block') return value;
  const operands = source.operands.map(operand => made.get(operand)!);
  return operands.every((operand, at) => operand === source.operands[at])
    ? value
    : { ...value, source: { ...source, operands } };
}

function better(context: Recognising, value: Value, original: Value): Value {
  for (const pattern of context.draft.flat ? forms : patterns) {
    const found = pattern(context, value, original);
    if (found !== undefined) return { hint: value.hint, ...found };
  }
  return value;
}
