/** Law: the moves of a movement op give what its oracle gives, and write every element of the result exactly once. */
import type { TensorType } from '@tessera-dnn/graph';
import { rowMajorStrides } from '@tessera-dnn/graph';
import type { Move, MoveLoop, Tensor } from '@tessera-dnn/graph/op';
import { describe, expect, it } from 'vitest';
import { ops } from '../../src/index.ts';
import { createInstance, disagreement } from '../../src/testing/index.ts';

const instances = 200;

describe.each(ops.all.filter(op => op.kind === 'movement'))('$name', op => {
  it('moves what its oracle says', () => {
    for (let seed = 0; seed < instances; seed++) {
      const instance = createInstance(op, seed);
      const { context, operands, answer } = instance;
      const out = new Float64Array(answer.data.length).fill(NaN);
      const writes = new Uint8Array(out.length);
      for (const move of op.moves(context)) carry(move, operands, answer.type, out, writes);
      expect(Math.min(...writes), `${op.name}, seed ${seed}: written`).toBe(1);
      expect(Math.max(...writes), `${op.name}, seed ${seed}: written twice`).toBe(1);
      expect(disagreement(instance, out), `${op.name}, seed ${seed}`).toBeUndefined();
    }
  });
});

function carry(
  { source, to, loops }: Move,
  operands: readonly Tensor[],
  result: TensorType,
  out: Float64Array,
  writes: Uint8Array,
): void {
  const operand = 'operand' in source ? operands[source.operand] : undefined;
  const turn = (rest: readonly MoveLoop[], from: readonly number[], at: readonly number[]): void => {
    const [loop, ...inner] = rest;
    if (loop === undefined) {
      const element = linear(at, result.shape);
      out[element] =
        operand === undefined
          ? 'value' in source
            ? source.value
            : NaN
          : operand.data[linear(from, operand.type.shape)];
      writes[element]++;
      return;
    }
    for (let i = 0; i < loop.count; i++) turn(inner, moved(from, loop.from, i), moved(at, loop.to, i));
  };
  turn(loops, 'operand' in source ? source.start : [], to);
}

function moved(index: readonly number[], by: MoveLoop['from'], turns: number): readonly number[] {
  return index.map((at, axis) => (axis === by?.axis ? at + turns * by.step : at));
}

/** The row-major number of an index, which must lie in the shape. */
function linear(index: readonly number[], shape: readonly number[]): number {
  expect(index.every((at, axis) => at >= 0 && at < shape[axis])).toBe(true);
  const strides = rowMajorStrides(shape);
  return index.reduce((sum, at, axis) => sum + at * strides[axis], 0);
}
