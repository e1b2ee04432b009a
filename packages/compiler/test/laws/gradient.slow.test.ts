/**
 * Law: the gradient of an op is what its oracle's own differences say, in 64 bits: central differences along random directions over all
 * float operands at once, and of single elements. The same holds for the gradient of a gradient, of what is quadratic in the op's result, so
 * that the second derivatives of linear ops count too. Where operands are large, the gradient of an elementwise op stays a number in f32 if it
 * is one in 64 bits. An op that could have a gradient has one.
 */
import type { DefinedOp } from '@tessera-dnn/ops';
import { ops } from '@tessera-dnn/ops';
import { describe, expect, it } from 'vitest';
import { type Call, callOf, disagreement, isPlain, isSmooth, overflow } from './gradients.ts';

const instances = 12;

/** Their gradients are not their derivatives: that is what they are for. */
const byDesign: ReadonlySet<string> = new Set(['straight_through', 'fake_quantize', 'stochastic_round']);

describe.each(ops.all.filter(op => takesAndGivesFloats(op) && !byDesign.has(op.name)))('$name', op => {
  if (op.kind === 'composite') {
    it('is made of ops that have one', () => holdsFor(op));
    it('is made of ops that have a second one', () => holdsFor(op, 2));
  } else {
    it('has one', () => {
      expect(
        op.gradient,
        "an op from floats to floats has a `gradient`, or 'zero' if nothing flows back",
      ).toBeDefined();
    });
    if (op.gradient === 'zero' || op.gradient === undefined) return;
    it('agrees with differences', () => holdsFor(op));
    it('agrees with differences of its own', () => holdsFor(op, 2));
    if (op.kind === 'elementwise') it('stays a number where values are large', () => staysNumber(op));
  }
});

it('nothing flows back through what is declared to be constant, and through nothing else', () => {
  const constant = ops.all.filter(op => op.kind !== 'composite' && op.gradient === 'zero').map(({ name }) => name);
  expect(constant, "ops whose gradient is 'zero': one that is meant to be goes into this list").toEqual([
    'sign',
    'floor',
    'round',
    'stop_gradient',
  ]);
});

/** Whether some sample of it maps a float to a float. */
function takesAndGivesFloats(op: DefinedOp): boolean {
  return Array.from({ length: 20 }, (_, seed) => callOf(op, seed)).some(isSmooth);
}

function holdsFor(op: DefinedOp, order: 1 | 2 = 1): void {
  for (const call of calls(op, isSmooth, order)) expect(disagreement(call), call.title).toBeUndefined();
}

function staysNumber(op: DefinedOp): void {
  for (const call of calls(op, isPlain)) expect(overflow(call), call.title).toBeUndefined();
}

function calls(op: DefinedOp, holds: (call: Call) => boolean, order: 1 | 2 = 1): readonly Call[] {
  const found: Call[] = [];
  for (let seed = 0; found.length < instances; seed++) {
    const call = callOf(op, seed, { order });
    if (holds(call)) found.push(call);
  }
  return found;
}
