import { describe, expect, test } from 'vitest';
import { createGraphBuilder, isValue } from '../src/builder.ts';
import type { VariableId } from '../src/graph.ts';
import { rewriteGraph } from '../src/rewrite.ts';
import { standInOps } from '../src/testing/stand-ins.ts';
import type { TensorType } from '../src/types.ts';

const vector: TensorType = { element: 'f32', shape: [4] };

describe('hash-consing', () => {
  test('equal requests give one value, and the first origin stays', () => {
    const build = createGraphBuilder(standInOps);
    const x = build.input('x', vector);
    const first = build.op('add', [x, x], {}, { path: 'first' });
    expect(build.op('add', [x, x], {}, { path: 'second' })).toBe(first);
    expect(build.node(first).origin.path).toBe('first');
    expect(build.op('sub', [x, x])).not.toBe(first);
  });

  test('replicas stay apart from their original and from each other', () => {
    const build = createGraphBuilder(standInOps);
    const x = build.input('x', vector);
    const first = build.op('add', [x, x]);
    const replica = build.append({ ...build.node(first), replica: 1 });
    expect(replica).not.toBe(first);
    expect(build.append({ ...build.node(first), replica: 2 })).not.toBe(replica);
    expect(build.append({ ...build.node(first), replica: 1 })).toBe(replica);
    expect(build.op('add', [x, x])).toBe(first);
  });

  test('the order of attribute keys is irrelevant', () => {
    const build = createGraphBuilder(standInOps);
    const x = build.input('x', vector);
    expect(build.op('sum', [x], { axes: [0], keep: true })).toBe(build.op('sum', [x], { keep: true, axes: [0] }));
    expect(build.op('sum', [x], { axes: [0], keep: false })).not.toBe(build.op('sum', [x], { axes: [0], keep: true }));
  });

  test('constants are equal by content and a list of equal numbers is one number', () => {
    const build = createGraphBuilder(standInOps);
    const ones = build.constant(vector, Float64Array.of(1, 1, 1, 1));
    expect(build.constant(vector, 1)).toBe(ones);
    const long = (last: number): Float64Array => Float64Array.from({ length: 1000 }, (_, i) => (i === 999 ? last : i));
    const type: TensorType = { element: 'f32', shape: [1000] };
    expect(build.constant(type, long(0))).toBe(build.constant(type, long(0)));
    expect(build.constant(type, long(0))).not.toBe(build.constant(type, long(-0)));
    expect(build.constant(vector, 0)).not.toBe(build.constant(vector, -0));
  });

  test('inputs are never merged, variables are', () => {
    const build = createGraphBuilder(standInOps);
    expect(build.input('a', vector)).not.toBe(build.input('a', vector));
    expect(build.variable(0 as VariableId, vector)).toBe(build.variable(0 as VariableId, vector));
  });
});

test('a composite op is expanded and shares what is there', () => {
  const build = createGraphBuilder(standInOps);
  const x = build.input('x', vector);
  const product = build.op('mul', [x, x]);
  expect(build.op('square', [x])).toBe(product);
  expect(build.op('square', [x])).toBe(product);
  expect(build.size).toBe(2);
});

test('a call that does not type is a problem for tryOp and an internal error for op', () => {
  const build = createGraphBuilder(standInOps);
  const x = build.input('x', vector);
  const y = build.input('y', { element: 'f32', shape: [3] });
  const result = build.tryOp('add', [x, y]);
  expect(isValue(result) ? undefined : result.code).toBe('shape-mismatch');
  expect(() => build.op('add', [x, y])).toThrow('do not broadcast');
});

test('finish drops dead nodes and keeps unused inputs', () => {
  const build = createGraphBuilder(standInOps);
  const x = build.input('x', vector);
  build.input('unused', vector);
  build.op('neg', [x]);
  build.output('y', build.op('relu', [x]));
  const graph = build.finish();
  expect(graph.nodes.map(node => node.op)).toEqual(['input', 'input', 'relu']);
  expect(graph.outputs).toEqual([{ name: 'y', value: 2 }]);
});

test('a rewrite replaces nodes, merges what becomes equal and drops what becomes dead', () => {
  const build = createGraphBuilder(standInOps);
  const x = build.input('x', vector);
  const a = build.op('relu', [build.op('neg', [x])]);
  const b = build.op('relu', [x]);
  build.output('y', build.op('add', [a, b]));
  const result = rewriteGraph(build.finish(), standInOps, step =>
    step.node.op === 'neg' ? step.operands[0] : step.copy(),
  );
  expect(result.nodes.map(node => node.op)).toEqual(['input', 'relu', 'add']);
  expect(result.nodes[2].operands).toEqual([1, 1]);
});

test('a hundred thousand nodes are built and found again', () => {
  const build = createGraphBuilder(standInOps);
  const x = build.input('x', vector);
  const chain = (): number => {
    let value = x;
    for (let i = 0; i < 50_000; i++) value = build.op(i % 2 === 0 ? 'neg' : 'add', i % 2 === 0 ? [value] : [value, x]);
    return value;
  };
  expect(chain()).toBe(chain());
  expect(build.size).toBe(50_001);
});
