import { describe, expect, test } from 'vitest';
import { interpretProgram } from '../src/interpret.ts';
import { parseModule } from '../src/parse.ts';
import { roundingOf } from '../src/rounding.ts';
import { standInOps } from '../src/testing/stand-ins.ts';

/** The answers of the last program, on x = [1, 2, 3; 4, 5, 6] and w = [1, 10, 100]. */
function answers(text: string, round?: (x: number) => number) {
  const module = parseModule(text);
  const program = module.programs.find(({ kind }) => kind === 'model')!;
  const inputs = { x: Float64Array.of(1, 2, 3, 4, 5, 6) };
  return interpretProgram(module, program, standInOps, { inputs, variables: [Float64Array.of(1, 10, 100)] }, round);
}

const head = 'variable w: param f32[3] = 0\nmodel m {\n%0 = input x: f32[2, 3]\n%1 = variable w: f32[3]\n';

test('a map broadcasts its operands', () => {
  const { outputs } = answers(
    `${head}%2 = map(%0, %1): f32[2, 3] { $2 = mul($0, $1): f32; $3 = neg($2): f32 }\noutput y = %2 }`,
  );
  expect([...outputs['y'].data]).toEqual([-1, -20, -300, -4, -50, -600]);
});

test('an epilogue sees the op its node is of', () => {
  const { outputs } = answers(
    `${head}%2 = sum(%0; %1){axes: [0], keep: false}: f32[3] { $0: f32; $2 = sub($0, $1): f32 }\noutput y = %2 }`,
  );
  expect([...outputs['y'].data]).toEqual([4, -3, -91]);
});

describe('a row', () => {
  const row = (type: string, steps: string): number[] => {
    const text = `${head}%2 = row(%0, %1){axes: [1], shape: [2, 3]}: f32[${type}] { ${steps} }\noutput y = %2 }`;
    return [...answers(text).outputs['y'].data];
  };

  test('reduces and maps', () => {
    expect(row('2, 3', '$2 = reduce add($0): f32; $3 = sub($0, $2): f32')).toEqual([-5, -4, -3, -11, -10, -9]);
  });

  test('may end in one number per row', () => {
    expect(
      row('2, 1', '$2 = mul($0, $1): f32; $3 = reduce add($2): f32; $4 = reduce min($0): f32; $5 = add($3, $4): f32'),
    ).toEqual([322, 658]);
  });
});

test('prepared variables are computed first', () => {
  const { outputs } = answers(`variable w: param f32[3] = 0
    variable p: prepared f32[3] = 0
    model m { %0 = input x: f32[2, 3]
      %1 = variable p: f32[3]
      %2 = add(%0, %1): f32[2, 3]
      output y = %2 }
    prepare prepare { %0 = variable w: f32[3]
      %1 = neg(%0): f32[3]
      update p = %1 }`);
  expect([...outputs['y'].data]).toEqual([0, -8, -97, 3, -5, -94]);
});

test('updates are answered with their variables, and nothing is rounded in 64-bit mode', () => {
  const text = `${head}%2 = constant 0.1: f32[3]\n%3 = add(%1, %2): f32[3]\nupdate w = %3 }`;
  const update = (round?: (x: number) => number): number[] =>
    [...answers(text, round).updates.values()].flatMap(t => [...t.data]);
  expect(update()).toEqual([1.1, 10.1, 100.1].map(Math.fround));
  expect(update(x => x)).toEqual([1.1, 10.1, 100.1]);
});

test.each([
  ['f16', 1 + 2 ** -11, 1],
  ['f16', 1 + 2 ** -10, 1 + 2 ** -10],
  ['f16', 65519, 65504],
  ['f16', 65520, Number.POSITIVE_INFINITY],
  ['f16', 2 ** -25, 0],
  ['f16', 1.5 * 2 ** -24, 2 ** -23],
  ['bf16', 1 + 3 * 2 ** -8, 1 + 2 ** -6],
  ['i32', -2.7, -2],
  ['i32', 2 ** 31, -(2 ** 31)],
  ['i8', 200, 127],
  ['i8', -129.5, -128],
  ['u8', 260, 255],
  ['u8', -1, 0],
  ['u8', Number.NaN, 0],
  ['bool', 3, 1],
] as const)('%s takes %d as %d', (element, x, wanted) => {
  expect(roundingOf(element, Math.fround)(x)).toBe(wanted);
});
