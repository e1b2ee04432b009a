/** What differentiation complains of, whom its nodes blame, and that it gives derivatives. */
import type { Graph, Module, Origin } from '@tessera-dnn/graph';
import { createGraphBuilder, interpret } from '@tessera-dnn/graph';
import { standInOps } from '@tessera-dnn/graph/testing';
import { describe, expect, test } from 'vitest';
import { differentiate } from '../src/index.ts';

const scalar = { element: 'f32', shape: [] } as const;
const options = { table: standInOps, strict: true };
const source = { name: 'net.dnn', text: 'first line\nsecond line\n' };
const line = (start: number): Origin => ({ span: { source, start, end: start + 4 } });

function moduleOf(graph: Graph): Module {
  return { variables: [], programs: [{ name: 'm', kind: 'train', graph, origin: {} }] };
}

/** squash(x · y), which has no gradient, and -(x · y) besides. */
function squashed(of: 'x' | 'none') {
  const build = createGraphBuilder(standInOps);
  const [x, y] = [build.input('x', scalar), build.input('y', scalar)];
  const product = build.op('mul', [x, y], {}, line(0));
  const loss = build.op('squash', [product], {}, { ...line(11), calls: [line(0).span!] });
  build.output('slope', build.gradient(of === 'x' ? loss : build.op('neg', [product]), x, line(5)));
  build.output('loss', loss);
  return moduleOf(build.finish());
}

describe('an op without gradient', () => {
  test('on the way from the loss is a diagnostic at the forward line and its calls', () => {
    const found = differentiate.check?.(squashed('x'), options) ?? [];
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ code: 'not-differentiable', severity: 'error', span: line(11).span });
    expect(found[0].message).toContain('squash');
    expect(found[0].notes?.[0].span).toEqual(line(0).span);
  });

  test('elsewhere is no matter', () => {
    expect(differentiate.check?.(squashed('none'), options)).toEqual([]);
  });

  test('that nobody heeded is an internal error', () => {
    expect(() => differentiate.run(squashed('x'), options)).toThrow('no gradient through this node');
  });
});

test('a gradient blames the forward line', () => {
  const [{ graph }] = differentiate.run(squashed('none'), options).programs;
  const backward = graph.nodes.filter(({ op, operands }) => op === 'mul' && graph.nodes[operands[0]].op !== 'input');
  expect(backward.map(({ origin }) => origin.span?.start)).toEqual([0]);
});

test('derivatives of a polynomial, the third one too', () => {
  const build = createGraphBuilder(standInOps);
  const x = build.input('x', scalar);
  const cube = build.op('mul', [build.op('mul', [x, x]), x]);
  // x⁴ - x³ and its derivatives.
  let value = build.op('add', [build.op('mul', [cube, x]), build.op('neg', [cube])]);
  for (const order of ['first', 'second', 'third']) {
    value = build.gradient(value, x);
    build.output(order, value);
  }
  const [{ graph }] = differentiate.run(moduleOf(build.finish()), options).programs;
  const { outputs } = interpret(graph, standInOps, { x: Float64Array.of(2) }, []);
  expect(outputs['first'].data[0]).toBe(4 * 8 - 3 * 4);
  expect(outputs['second'].data[0]).toBe(12 * 4 - 6 * 2);
  expect(outputs['third'].data[0]).toBe(24 * 2 - 6);
});
