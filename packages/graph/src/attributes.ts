/** Canonical text of attributes, bodies and epilogues: equal content gives equal text, whatever the order of keys. */
import type { Attributes, AttributeValue, BodyStep, Epilogue, Node } from './graph.ts';

/** A number as text that reads back to the same double: `-0`, `nan`, `inf` and `-inf` included. */
export function showNumber(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (Number.isNaN(value)) return 'nan';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return String(value);
}

/** The op's name; after it, for replicas, which of them it is: `sum#1`. */
export function showOp({ op, replica }: Node): string {
  return replica === undefined ? op : `${op}#${replica}`;
}

/** An attribute's value in the text form of graphs: strings in quotes, lists in brackets, inf and nan by name. */
export function showAttributeValue(value: AttributeValue): string {
  if (typeof value === 'number') return showNumber(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean') return String(value);
  return `[${value.map(showAttributeValue).join(', ')}]`;
}

/** `axis: 1, keep: true`, keys in alphabetical order; empty for no attributes. */
export function showAttributes(attributes: Attributes): string {
  const keys = Object.keys(attributes);
  if (keys.length > 1) keys.sort();
  return keys.map(key => `${key}: ${showAttributeValue(attributes[key])}`).join(', ');
}

/** One step as `add($0, $1): f32`, `clamp($2){high: 6}: f32` or `reduce max($1): f32`. */
export function showStep(step: BodyStep): string {
  if ('combine' in step) return `reduce ${step.combine}($${step.arg}): ${step.element}`;
  const attributes = showAttributes(step.attributes);
  const args = step.args.map(arg => `$${arg}`).join(', ');
  return `${step.op}(${args})${attributes === '' ? '' : `{${attributes}}`}: ${step.element}`;
}

/** The steps of a body or an epilogue whose sources are `$0 … $(sources - 1)`. */
export function showSteps(steps: readonly BodyStep[], sources: number): string {
  return steps.map((step, i) => `$${sources + i} = ${showStep(step)}`).join('; ');
}

/** How many sources the steps of an epilogue on a node with `operands` operands have. */
export function epilogueSources(epilogue: Epilogue, operands: number): number {
  return 1 + operands - epilogue.firstOperand;
}
