/**
 * Rules for what only carries or orders numbers: it works on levels as well, and what it gives is dequantised afterwards. So
 * dequantisation moves towards those that read, never back. Order is kept since scales are positive: (q - zero) · scale, rounded, is never
 * less for a greater q.
 */
import type { ValueId } from '@tessera-dnn/graph';
import { elementCount, sameShape } from '@tessera-dnn/graph';
import type { Rule, RuleContext } from '@tessera-dnn/graph/op';
import { reshaped } from '../../define/gradient.ts';
import { ruleOn, type Seen, uniform } from '../match.ts';
import { alike, type Dequantised, dequantised } from './dequantised.ts';

/** What gives some of the elements of operands of one type, or the greatest or least of some. A broadcast is the readers' own work. */
const carrying = ['reshape', 'slice', 'concat', 'stack', 'max_pool', 'max', 'min', 'maximum', 'minimum'];

export const carriedRules: readonly Rule[] = [
  ruleOn(carrying, {
    name: 'carried-levels',
    doc: 'what only carries or orders dequantised numbers works on their levels',
    exact: true,
    apply: (match, { op, operands, attributes }) => onLevels(match, { op, attributes }, alike(match, operands)),
  }),
  ruleOn(['upsample'], {
    name: 'repeated-levels',
    doc: 'the nearest of dequantised numbers is found among levels',
    exact: true,
    apply: (match, { op, operands, attributes }) =>
      attributes['mode'] === 'nearest' ? onLevels(match, { op, attributes }, alike(match, operands)) : undefined,
  }),
  ruleOn(['transpose'], {
    name: 'transposed-levels',
    doc: 'levels are transposed before they are dequantised, and their scales with them',
    exact: true,
    apply: (match, { operands: [x], attributes }) => {
      const found = dequantised(match, x);
      if (found === undefined) return undefined;
      const { shape } = match.type(x);
      const turned = [found.levels, found.scale, found.zero].map(value => {
        const own = match.type(value).shape;
        if (elementCount(own) === 1) return reshaped(match, value, []);
        const whole = reshaped(match, value, [...shape.slice(own.length).map(() => 1), ...own]);
        return match.op('transpose', [whole], attributes);
      });
      return match.op('dequantize_broadcast', turned);
    },
  }),
  ruleOn(['pad'], {
    name: 'padded-levels',
    doc: 'a border of zeros is one of zero points',
    exact: true,
    apply: (match, { operands, attributes }) => {
      const found = alike(match, operands);
      const zero = found === undefined ? undefined : uniform(match, found[0].zero);
      if (zero === undefined || !Object.is(attributes['value'], 0)) return undefined;
      return onLevels(match, { op: 'pad', attributes: { ...attributes, value: zero } }, found);
    },
  }),
  ruleOn(['relu'], {
    name: 'relu-of-levels',
    doc: 'where a dequantised number is negative, its level is below the zero point',
    exact: true,
    apply: (match, { operands }) => {
      const [found] = alike(match, operands) ?? [];
      if (found === undefined) return undefined;
      const { levels, scale, zero } = found;
      return match.op('dequantize_broadcast', [match.op('maximum', [levels, zero]), scale, zero]);
    },
  }),
  ruleOn(['quantize_broadcast'], {
    name: 'quantised-again',
    doc: 'what was dequantised has its level again, for scales below 1e36',
    exact: true,
    apply: (match, { operands: [x, scale, zero], type }) => {
      const found = dequantised(match, x);
      const again = found?.element === type.element && found.scale === scale && found.zero === zero;
      return again && sameShape(match.type(found.levels).shape, type.shape) ? found.levels : undefined;
    },
  }),
];

/** The op on the levels, dequantised. */
function onLevels(
  match: RuleContext,
  { op, attributes }: Pick<Seen, 'op' | 'attributes'>,
  found: readonly Dequantised[] | undefined,
): ValueId | undefined {
  if (found === undefined) return undefined;
  const [{ scale, zero }] = found;
  const levels = match.op(
    op,
    found.map(each => each.levels),
    attributes,
  );
  return match.op('dequantize_broadcast', [levels, scale, zero]);
}
