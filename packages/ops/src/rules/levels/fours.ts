/**
 * The rule for channels that do not come in fours. Kernels multiply four channels of bytes at once; an image has three, and gets a fourth of
 * zeros, which costs a quarter of its memory and saves most of the time.
 */
import type { ValueId } from '@tessera-dnn/graph';
import { elementBytes } from '@tessera-dnn/graph';
import type { Rule, RuleContext } from '@tessera-dnn/graph/op';
import { bytesAtOnce } from '../../plane/products.ts';
import { ruleOn } from '../match.ts';

/** A single channel would become four, which costs as much as four at once save. */
const fewestChannels = 2;

export const channelsInFours: Rule = ruleOn(['conv'], {
  name: 'channels-in-fours',
  doc: 'a convolution of bytes whose channels are no multiple of four gets channels of zeros',
  exact: true,
  apply: (match, { operands: [x, weight], attributes }) => {
    const channels = match.type(x).shape[1];
    const bytes = [x, weight].every(operand => elementBytes[match.type(operand).element] === 1);
    const ragged = channels % bytesAtOnce !== 0 && channels >= fewestChannels;
    if (!bytes || !ragged || attributes['groups'] !== 1) return undefined;
    return match.op('conv', [inFours(match, x), inFours(match, weight)], attributes);
  },
});

/** The tensor with zeros behind its axis 1, up to a multiple of four. */
function inFours(match: RuleContext, value: ValueId): ValueId {
  const { shape } = match.type(value);
  const missing = bytesAtOnce - (shape[1] % bytesAtOnce);
  return match.op('pad', [value], { padding: shape.map((_, axis) => [0, axis === 1 ? missing : 0]), value: 0 });
}
