/**
 * Makes the ops argmax and argmin: the index of the extreme element along an axis, of equal ones the first. A NaN counts as extreme, as in
 * PyTorch.
 */
import type { TensorType } from '@tessera-dnn/graph';
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import { combineIdentity, vectorOf } from '@tessera-dnn/graph/kernel';
import type { KernelOp, OpDoc, Problem } from '@tessera-dnn/graph/op';
import { readAxis, readBoolean } from '../define/arguments.ts';
import { elementSets, pickElement } from '../define/element-sets.ts';
import type { Fold } from '../define/fold.ts';
import { type DefinedOp, defineOp, type Tested } from '../define/op.ts';
import { refusedElement, wrongCount } from '../define/problem.ts';
import { numberElement } from '../plane/views.ts';
import { emitReduction } from './kernel.ts';
import { forEachRow, operandBox, type ReductionAxes, reducedShape, spaceAxes } from './space.ts';

/** Which of the two. */
export interface ArgReductionSpec {
  readonly name: string;
  readonly doc: OpDoc;
  readonly seeks: 'max' | 'min';
}

/** The op that `spec` describes, ready for the table. It takes `axis` and `keep`, and its result is i32. */
export function argReduction(spec: ArgReductionSpec): DefinedOp {
  const { name, seeks } = spec;
  const op: KernelOp<ReductionAxes> & Tested = {
    kind: 'kernel',
    name,
    doc: spec.doc,
    parameters: [
      { name: 'x', kind: 'tensor' },
      { name: 'axis', kind: 'integer' },
      { name: 'keep', kind: 'boolean', default: false },
    ],
    attributes: ({ axis, keep }, [x]) => readArgReduction(name, axis, keep ?? false, x),
    infer: (operands, attributes) => {
      if (operands.length !== 1) return wrongCount(name, 'one tensor', operands.length);
      if (operands[0].element === 'bool') return refusedElement(name, operands, 0, elementSets.number);
      return { element: 'i32', shape: reducedShape(attributes, operands[0]) };
    },
    evaluate: ([x], attributes, result) => {
      const out = new Float64Array(result.shape.reduce((product, extent) => product * extent, 1));
      forEachRow(attributes, x.type, (at, row) => {
        out[at] = firstExtreme(
          row.map(i => x.data[i]),
          seeks,
        );
      });
      return out;
    },
    space: ({ operands: [x], attributes }) => ({ extents: spaceAxes(attributes, x).extents, combine: [undefined] }),
    regions: ({ operands: [x], attributes }, box) => [operandBox(attributes, x, box)],
    variants: () => [{ name: 'strided', result: 'any', operands: ['any'] }],
    overwrites: () => [],
    kernel: (k, vertex) => {
      const type = numberElement(vertex.context.operands[0].element);
      emitReduction(k, vertex, vertex.context.attributes, seeking(k, type, seeks));
    },
    samples: pick => {
      const shape = pick.shape(1, 4);
      const axis = pick.int(-shape.length, shape.length - 1);
      // The values of the samples are often whole numbers in a narrow range, so that most rows have equal elements.
      return { operands: [{ element: pickElement(pick, 'number'), shape }], args: { axis, keep: pick.chance() } };
    },
    accuracy: 'exact',
  };
  return defineOp(op);
}

function readArgReduction(name: string, axis: unknown, keep: unknown, x: TensorType): ReductionAxes | Problem {
  const at = readAxis(name, axis as number | undefined, x);
  if (typeof at !== 'number') return at;
  const kept = readBoolean(name, 'keep', keep as boolean);
  return typeof kept === 'boolean' ? { axes: [at], keep: kept } : kept;
}

function firstExtreme(row: readonly number[], seeks: 'max' | 'min'): number {
  const nan = row.findIndex(Number.isNaN);
  if (nan >= 0) return nan;
  const beats = seeks === 'max' ? (a: number, b: number) => a > b : (a: number, b: number) => a < b;
  return row.reduce((best, value, at) => (beats(value, row[best]) ? at : best), 0);
}

/** The fold whose state is the most extreme element so far, and its index. */
function seeking(k: KernelBuilder, type: 'f32' | 'i32', seeks: 'max' | 'min'): Fold {
  return {
    start: lanes => [
      k.cell(k.constant(lanes === 4 ? vectorOf(type) : type, combineIdentity(type, seeks))),
      k.cell(k.constant(lanes === 4 ? 'i32x4' : 'i32', 0)),
    ],
    take: ([best, at], value, index) => {
      const held = k.get(best);
      const better = seeks === 'max' ? k.gt(value, held) : k.lt(value, held);
      const taken = type === 'i32' ? better : k.or(better, k.and(k.ne(value, value), k.eq(held, held)));
      k.set(best, k.select(taken, value, held));
      k.set(at, k.select(taken, index, k.get(at)));
    },
    result: ([, at]) => k.get(at),
  };
}
