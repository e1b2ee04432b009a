/** Random legal calls of ops, with data, on which the laws are tested. */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { TensorType } from '@tessera-dnn/graph';
import { elementCount, isInteger, roundingOf } from '@tessera-dnn/graph';
import type { OpContext, Tensor } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { elementSets } from '../define/element-sets.ts';
import type { DefinedOp, Sample } from '../define/op.ts';
import { createPick, type Pick } from '../define/pick.ts';

/** A call with its operands and its answer. */
export interface Instance {
  readonly op: DefinedOp;
  readonly context: OpContext;
  readonly operands: readonly Tensor[];
  /** The result of the oracle. */
  readonly answer: Tensor;
  /** A source of random choices for the test of this instance. */
  readonly pick: Pick;
}

/** The instance of `op` for this seed. If the sample of the op is not legal, it is an {@link InternalError}. */
export function createInstance(op: DefinedOp, seed: number): Instance {
  const pick = createPick(seed * 0x9e3779b1 + hash(op.name));
  const sample = op.samples(pick);
  const attributes = op.attributes(sample.args, sample.operands);
  if (isProblem(attributes)) throw illegal(op, attributes.message);
  const result = op.infer(sample.operands, attributes);
  if (isProblem(result)) throw illegal(op, result.message);
  // Passes may store each tensor of a kernel in another number of bits.
  const mixes = op.kind === 'elementwise' || (op.kind === 'kernel' && !op.carries);
  const storage = mixes && pick.chance(0.3);
  const stored = (type: TensorType): TensorType =>
    storage && type.element === 'f32' ? { ...type, element: pick.one(elementSets.float) } : type;
  const type = op.kind === 'kernel' && op.accumulates ? result : stored(result);
  const operands = sample.operands.map((operand, i) => randomTensor(op, sample, stored(operand), i, pick));
  const round = roundingOf(type.element, Math.fround);
  const data = op.evaluate(operands, attributes, type, round).map(round);
  return {
    op,
    context: { operands: operands.map(operand => operand.type), attributes, result: type },
    operands,
    answer: { type, data },
    pick,
  };
}

function illegal(op: DefinedOp, message: string): InternalError {
  return new InternalError('samples', message, op.name);
}

function hash(name: string): number {
  return [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7);
}

const specials = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, 1e-45, -3e-39, 3e38, -3e38, 2 ** 24 + 2, -1.5];
const wholeSpecials = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 65536];

function randomTensor(op: DefinedOp, { values }: Sample, type: TensorType, operand: number, pick: Pick): Tensor {
  const [low, high] = values?.[operand] ?? [-4, 4];
  const { element } = type;
  const round = roundingOf(element, Math.fround);
  const any = (): number => {
    const special = op.kind === 'elementwise' && pick.chance(0.1);
    if (element === 'bool') return pick.int(0, 1);
    if (isInteger(element)) return special ? pick.one(wholeSpecials) : pick.int(Math.ceil(low), Math.floor(high));
    if (special) return pick.one(specials);
    // Some are whole numbers, so that there are equal elements.
    return pick.chance(0.3) ? pick.int(Math.ceil(low), Math.floor(high)) : low + pick.real() * (high - low);
  };
  return { type, data: Float64Array.from({ length: elementCount(type.shape) }, () => round(any())) };
}
