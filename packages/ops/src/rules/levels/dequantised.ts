/** What rules for levels look for: values that are dequantised. Scales are positive, which rules rely on. */
import type { ValueId } from '@tessera-dnn/graph';
import { elementCount, integerRange, sameShape } from '@tessera-dnn/graph';
import type { RuleContext } from '@tessera-dnn/graph/op';
import { reshaped } from '../../define/gradient.ts';
import { type LevelType, levelTypes } from '../../quantization/levels.ts';
import { uniform } from '../match.ts';

/** What stands for (levels - zero) · scale. */
export interface Dequantised {
  readonly levels: ValueId;
  readonly scale: ValueId;
  readonly zero: ValueId;
  readonly element: LevelType;
}

/** What `value` stands for, if it is made of as many levels of 8 bits. */
export function dequantised(match: RuleContext, value: ValueId): Dequantised | undefined {
  const { op, operands, type } = match.node(value);
  if (op !== 'dequantize_broadcast') return undefined;
  const [levels, scale, zero] = operands;
  const own = match.type(levels);
  const element = levelTypes.find(each => each === own.element);
  return element === undefined || !sameShape(own.shape, type.shape) ? undefined : { levels, scale, zero, element };
}

/** The same of each of `values`, if all are so. */
export function allDequantised(match: RuleContext, values: readonly ValueId[]): readonly Dequantised[] | undefined {
  const found = values.flatMap(value => dequantised(match, value) ?? []);
  return found.length === values.length ? found : undefined;
}

/** The same with one scale and one zero point, of the shape `[]`, for all levels of all values. */
export function alike(match: RuleContext, values: readonly ValueId[]): readonly Dequantised[] | undefined {
  const found = allDequantised(match, values);
  const [first] = found ?? [];
  if (found === undefined || first === undefined || !isOne(match, first.scale) || !isOne(match, first.zero))
    return undefined;
  const same = found.every(
    ({ scale, zero, element }) => scale === first.scale && zero === first.zero && element === first.element,
  );
  if (!same) return undefined;
  const [scale, zero] = [reshaped(match, first.scale, []), reshaped(match, first.zero, [])];
  return found.map(each => ({ ...each, scale, zero }));
}

function isOne(match: RuleContext, value: ValueId): boolean {
  return elementCount(match.type(value).shape) === 1;
}

/** The greatest magnitude of a level less its zero point. */
export function greatest(match: RuleContext, { element, zero }: Dequantised): number {
  const [least, most] = integerRange(element);
  const known = uniform(match, zero);
  return known === undefined ? most - least : Math.max(most - known, known - least);
}
