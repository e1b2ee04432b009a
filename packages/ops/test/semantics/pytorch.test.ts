/** Contractions and window ops against PyTorch's answers, which `pytorch_cases.py` writes. */
import { readFileSync } from 'node:fs';
import { elementCount } from '@tessera-dnn/graph';
import type { Arguments, Tensor } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import { describe, expect, it } from 'vitest';
import { ops } from '../../src/index.ts';

interface Case {
  readonly op: string;
  readonly shapes: readonly (readonly number[])[];
  readonly args: Arguments;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const cases = JSON.parse(readFileSync(new URL('./pytorch-cases.json', import.meta.url), 'utf8')) as readonly Case[];

/** The same numbers that `pytorch_cases.py` gives operand j. */
function operand(shape: readonly number[], j: number): Tensor {
  const element = (i: number): number => (((7919 * i + 104729 * j) % 65) - 32) / 16;
  const data = Float64Array.from({ length: elementCount(shape) }, (_, i) => element(i));
  return { type: { element: 'f32', shape }, data };
}

describe.each(cases)('$op of $shapes with $args', ({ op, shapes, args, shape, data }) => {
  it('gives what PyTorch gives', () => {
    const def = ops.find(op)!;
    const operands = shapes.map(operand);
    const types = operands.map(({ type }) => type);
    const attributes = def.attributes(args, types);
    if (isProblem(attributes)) throw new Error(attributes.message);
    const result = def.infer(types, attributes);
    if (isProblem(result)) throw new Error(result.message);
    expect(result.shape).toEqual(shape);
    const got = def.evaluate(operands, attributes, result, Math.fround);
    got.forEach((value, i) => {
      expect(Math.abs(value - data[i]), `element ${i}`).toBeLessThanOrEqual(4e-7 * Math.max(1, Math.abs(data[i])));
    });
  });
});
