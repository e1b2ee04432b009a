/** `gelu` as exporters write it: x · (1 + erf(x / √2)) / 2, in any order of the factors. */
import { callOf, type Value } from '../draft/value.ts';
import type { Pattern, Recognising } from './pattern.ts';

export const activations: readonly Pattern[] = [gelu];

function gelu({ draft }: Recognising, value: Value): Value | undefined {
  if (callOf(value, 'mul') === undefined || value.type.element !== 'f32') return undefined;
  const factors = factorsOf(value);
  if (factors.length !== 3) return undefined;
  const half = factors.find(one => isNumber(one, 0.5));
  const bell = factors.find(one => callOf(one, 'add') !== undefined);
  const x = factors.find(one => one !== half && one !== bell);
  if (half === undefined || bell === undefined || x === undefined || bellOf(bell) !== x) return undefined;
  const erf = draft.call('erf', [draft.call('mul', [x, 1 / Math.sqrt(2)])]);
  if (draft.flat) return draft.call('mul', [x, draft.call('add', [0.5, draft.call('mul', [0.5, erf])])]);
  return { type: value.type, source: { kind: 'block', block: 'gelu', operands: [x], args: {}, variables: {} } };
}

/** The factors of a product of products, three at most. */
function factorsOf(value: Value): readonly Value[] {
  const [a, b] = callOf(value, 'mul')?.operands ?? [];
  const inner = [a, b].map(one => (one === undefined ? undefined : callOf(one, 'mul')?.operands));
  if (inner[0] !== undefined) return [...inner[0], b];
  return inner[1] === undefined ? [a, b] : [a, ...inner[1]];
}

/** The x of erf(x / √2) + 1. */
function bellOf(value: Value): Value | undefined {
  const [a, b] = callOf(value, 'add')!.operands;
  const erf = isNumber(b, 1) ? a : isNumber(a, 1) ? b : undefined;
  const [inner] = (erf && callOf(erf, 'erf')?.operands) ?? [];
  if (inner === undefined) return undefined;
  const [x, divisor] = callOf(inner, 'div')?.operands ?? [];
  if (divisor !== undefined && isNumber(divisor, Math.sqrt(2))) return x;
  const [y, factor] = callOf(inner, 'mul')?.operands ?? [];
  return factor !== undefined && isNumber(factor, 1 / Math.sqrt(2)) ? y : undefined;
}

/** Whether a value is this one number, as exporters round it: to six digits at least. */
export function isNumber({ source }: Value, number: number): boolean {
  return (
    source.kind === 'constant' &&
    source.data.length === 1 &&
    Math.abs(source.data[0] - number) <= Math.abs(number) * 1e-6
  );
}
