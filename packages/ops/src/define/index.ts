/** What operations are made of, for packages that add some: `@tessera-dnn/ops/define`. */
export { exp, expm1 } from '../math/exponential.ts';
export { log, log1p } from '../math/logarithm.ts';
export { sigmoid, tanh } from '../math/sigmoid.ts';
export { cos, sin } from '../math/trigonometry.ts';
export { type ElementSource, type MovementSpec, movement } from '../movement/movement.ts';
export { type ReductionSpec, reduction } from '../reduction/reduce.ts';
export {
  readAxes,
  readAxis,
  readBoolean,
  readInteger,
  readIntegers,
  readNumber,
  readShape,
} from './arguments.ts';
export { elementSets, pickElement } from './element-sets.ts';
export { type ElementwiseSpec, elementwise } from './elementwise.ts';
export {
  type Arithmetic,
  arithmetic,
  kept,
  masked,
  one,
  part,
  reshaped,
  scalar,
  seen,
  spread,
  sumTo,
  type Term,
  zero,
} from './gradient.ts';
export { emitNest, type Nest, type NestPlace, type NestStream } from './nest.ts';
export { type Accuracy, type DefinedOp, defineOp, type Sample, type Tested } from './op.ts';
export { createPick, type Pick } from './pick.ts';
export {
  badAttribute,
  badAxis,
  mixedElements,
  refusedElement,
  shapeMismatch,
  wrongCount,
  wrongElement,
} from './problem.ts';
export { type OperandStream, operandStream } from './stream.ts';
