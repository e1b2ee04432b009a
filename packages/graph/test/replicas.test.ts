/** Replicas, copies of nodes that are computed again: printed, parsed, verified, and traced back to the first. */
import { expect, test } from 'vitest';
import { parseModule } from '../src/parse.ts';
import { printModule } from '../src/print.ts';
import { firstReplicas } from '../src/replicas.ts';
import { standInOps } from '../src/testing/stand-ins.ts';
import { verifyModule } from '../src/verify.ts';

const text = `model m {
  %0 = input x: f32[2]
  %1 = neg(%0): f32[2]
  %2 = neg(%1): f32[2]
  %3 = neg#1(%0): f32[2]
  %4 = neg#1(%3): f32[2]
  %5 = neg#1(%1): f32[2]
  %6 = relu#1(%4): f32[2]
  %7 = add(%2, %5): f32[2]
  output a = %6
  output b = %7
}
`;

test('replicas are printed with their number, and read back', () => {
  expect(printModule(parseModule(text))).toBe(text);
  verifyModule(parseModule(text), standInOps);
});

test('a node and its replicas have the first of them in common, through replicas of operands', () => {
  const [{ graph }] = parseModule(text).programs;
  expect(firstReplicas(graph)).toEqual([0, 1, 2, 1, 2, 2, 6, 7]);
});

test('replicas are numbered from 1', () => {
  expect(() => verifyModule(parseModule(text.replace('relu#1', 'relu#0')), standInOps)).toThrow(/numbered from 1/);
});
