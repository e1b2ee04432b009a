/** Ranges hold what the instructions compute, for every turn of a loop; and they are narrow where kernels clip their loops. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { binary } from '../src/kernel/arithmetic.ts';
import type { BinaryCode, Instruction, KernelValue } from '../src/kernel/code.ts';
import { Ranges } from '../src/kernel/ranges.ts';

const codes = ['add', 'sub', 'mul', 'div', 'rem', 'min', 'max', 'and', 'shl', 'shr', 'eq', 'ne', 'lt'] as const;

function register(id: number, type: 'i32' | 'bool' = 'i32'): KernelValue {
  return { id, type };
}

const comparisons: ReadonlySet<BinaryCode> = new Set(['eq', 'ne', 'lt']);

/** Registers 0 to 3 are fields, 4 is the index of a loop from field 0 to field 1; the rest is computed from what stands before. */
const program = fc.record({
  fields: fc.array(fc.oneof(fc.integer({ min: -9, max: 40 }), fc.integer()), { minLength: 4, maxLength: 4 }),
  steps: fc.array(fc.record({ code: fc.constantFrom(...codes), left: fc.nat(), right: fc.nat(), mask: fc.nat() }), {
    maxLength: 12,
  }),
});

it('a range holds every value', () => {
  fc.assert(
    fc.property(program, ({ fields, steps }) => {
      const ranges = new Ranges(fields);
      fields.forEach((_, index) => {
        ranges.note({ kind: 'field', result: register(index), index });
      });
      ranges.note({ kind: 'loop', index: register(4), from: register(0), to: register(1), step: 1, body: [] });
      const instructions = steps.flatMap(({ code, left, right, mask }, i): readonly Instruction[] => {
        const count = 5 + 2 * i;
        const truth = comparisons.has(code);
        const result = register(count, truth ? 'bool' : 'i32');
        const [a, b] = [left, right].map(n => register(integerBelow(steps, count, n)));
        const shift = code === 'shl' || code === 'shr';
        const first: Instruction = { kind: 'binary', result, code, left: a, right: shift ? register(2) : b };
        const select = [truth ? result : register(integerBelow(steps, count, mask)), a, b] as const;
        return [first, { kind: 'ternary', result: register(count + 1), code: 'select', args: select }];
      });
      for (const i of instructions) ranges.note(i);
      const from = fields[0];
      for (let index = from; index < Math.min(fields[1], from + 50); index++) {
        const values = [...fields, index];
        for (const i of instructions) {
          const value = compute(i, values);
          if (value === undefined) return;
          values.push(value);
          const { low, high } = ranges.of(i.kind === 'binary' || i.kind === 'ternary' ? i.result : register(0));
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

/** A register below `count` that holds an integer, not a truth value. */
function integerBelow(steps: readonly { readonly code: BinaryCode }[], count: number, choice: number): number {
  const at = choice % count;
  const isTruth = at >= 5 && at % 2 === 1 && comparisons.has(steps[(at - 5) / 2].code);
  return isTruth ? (at + 1 < count ? at + 1 : 0) : at;
}

/** Undefined where it traps: nothing after it runs. */
function compute(i: Instruction, values: readonly number[]): number | undefined {
  if (i.kind === 'ternary') {
    const [mask, a, b] = i.args.map(({ id }) => values[id]);
    return mask !== 0 ? a : b;
  }
  if (i.kind !== 'binary') return undefined;
  const [a, b] = [values[i.left.id], values[i.right.id]];
  const traps = b === 0 || (a === -(2 ** 31) && b === -1);
  return (i.code === 'div' || i.code === 'rem') && traps ? undefined : binary(i.code, 'i32', a, b);
}

it('the taps of a clipped window are at most all of them, wherever the window lies', () => {
  const ranges = new Ranges([5, 28]);
  const [taps, extent, zero, place, left, from, to, end, count] = Array.from({ length: 9 }, (_, id) => register(id));
  const at: readonly Instruction[] = [
    { kind: 'field', result: taps, index: 0 },
    { kind: 'field', result: extent, index: 1 },
    { kind: 'constant', result: zero, value: 0 },
    { kind: 'loop', index: place, from: zero, to: extent, step: 1, body: [] },
    { kind: 'binary', result: left, code: 'sub', left: zero, right: place },
    { kind: 'binary', result: from, code: 'max', left, right: zero },
    { kind: 'binary', result: to, code: 'sub', left: extent, right: place },
    { kind: 'binary', result: end, code: 'min', left: to, right: taps },
    { kind: 'binary', result: count, code: 'sub', left: end, right: from },
  ];
  for (const i of at) ranges.note(i);
  expect(ranges.of(count).high).toBe(5);
  expect(ranges.turns({ kind: 'loop', index: register(9), from, to: end, step: 2, body: [] })).toBe(3);
});
