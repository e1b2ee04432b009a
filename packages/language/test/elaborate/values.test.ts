import { describe, expect, it } from 'vitest';
import { complaintsOf, extentOf, outputOf } from './texts.ts';

describe('compile-time numbers', () => {
  // Python's answers, moved by 100 to be extents.
  it.each([
    ['7 / 2', 3],
    ['-7 / 2', -4],
    ['7 / -2', -4],
    ['-7 % 3', 2],
    ['7 % -3', -2],
    ['2 ** 5', 32],
    ['-2 ** 2', -4],
    ['2 ** 3 ** 2 - 500', 12],
    ['floor(7.0 / 2)', 3],
    ['floor(-0.5)', -1],
    ['floor(sqrt(50))', 7],
    ['min(3, 1, 2)', 1],
    ['max([3, 1, 9])', 9],
    ['len([1, 2, 3])', 3],
    ['len("abc")', 3],
    ['1_000 / 100', 10],
    ['1KiB / 64', 16],
    ['maximum(3, 4)', 4],
  ])('%s is %i', (expression, expected) => {
    expect(extentOf(`${expression} + 100`)).toBe(expected + 100);
  });

  it('tells integers from fractional numbers', () => {
    expect(complaintsOf('model m(x: f32[1]) {\n  zeros([7.0 / 2])\n}\n')).toEqual(['bad-argument 2:9']);
    expect(complaintsOf('const a = 1 / 0\nconst b = 1.5 % 0\nconst c = 0 ** -1\n')).toEqual([
      'division-by-zero 1:11',
      'division-by-zero 2:11',
      'division-by-zero 3:11',
    ]);
    expect(
      complaintsOf('const a = 10 ** 20\nconst b = 10.0 ** 400\nconst c = sqrt(-1)\nconst d = (-8) ** 0.5\n'),
    ).toEqual(['number-range 1:11', 'number-range 2:11', 'number-range 3:11', 'number-range 4:11']);
    expect(complaintsOf('const a = 10.0 ** 20\n')).toEqual([]);
  });
});

describe('lists, texts and conditions', () => {
  it.each([
    ['[3, 4, 6, 3][2]', 6],
    ['[3, 4, 6, 3][-1]', 3],
    ['len([1, 2, 3][1:])', 2],
    ['[1, 2, 3][::-1][0]', 3],
    ['len([1, 2] + [3] * 4)', 6],
    ['len(range(3, 10, 2))', 4],
    ['range(10, 0, -3)[1]', 7],
    ['if 1 < 2 and not false { 5 } else { 6 }', 5],
    ['if "a{1 + 1}" == "a2" { 5 } else { 6 }', 5],
    ['if [1, 2] == [1, 3] { 5 } else if f32 == f32 { 6 } else { 7 }', 6],
    ['if false and 1 / 0 == 0 { 5 } else { 6 }', 6],
  ])('%s is %i', (expression, expected) => {
    expect(extentOf(expression)).toBe(expected);
  });

  it('unrolls loops over a var', () => {
    const text =
      'model m(x: f32[1]) {\n  var n = 1\n  for i in range(4) {\n    if i % 2 == 0 {\n      n = n + 10 * i\n    }\n  }\n  zeros([n])\n}\n';
    expect(outputOf(text)).toBe('f32[21]');
  });

  it('leaves a block from inside a loop', () => {
    const text =
      'block first(list) {\n  for e in list {\n    if e > 2 {\n      return e\n    }\n  }\n}\nmodel m(x: f32[1]) {\n  zeros([first([1, 5, 3])])\n}\n';
    expect(outputOf(text)).toBe('f32[5]');
  });

  it('says what cannot be', () => {
    expect(complaintsOf('const a = 1 + "b"\n')).toEqual(['bad-operand 1:11']);
    expect(complaintsOf('const a = 1 == "b"\n')).toEqual(['bad-operand 1:11']);
    expect(complaintsOf('const a = [1, 2][2]\n')).toEqual(['bad-index 1:18']);
    expect(complaintsOf('const a = if 1 { 2 } else { 3 }\n')).toEqual(['bad-condition 1:14']);
  });
});

describe('constants', () => {
  it('may be used before they are written', () => {
    expect(extentOf('a', 'const a = b + 1\nconst b = 4')).toBe(5);
  });

  it('must not go in a circle', () => {
    expect(complaintsOf('const a = b\nconst b = a\n')).toEqual(['const-cycle 2:11']);
  });

  it('are set from outside by their own kind', () => {
    const before = 'const width = 3\nconst wide = true\nconst name = "abc"\nconst rate = 0.5';
    expect(extentOf('width', before, { set: { width: '48KiB' } })).toBe(49152);
    expect(extentOf('if wide { 1 } else { 2 }', before, { set: { wide: 'false' } })).toBe(2);
    expect(extentOf('len(name)', before, { set: { name: 'lenet' } })).toBe(5);
    expect(extentOf('floor(rate * 10)', before, { set: { rate: '3' } })).toBe(30);
    const text = `${before}\nmodel m(x: f32[1]) { x }\n`;
    expect(complaintsOf(text, { set: { width: '2.5' } })).toEqual(['bad-setting']);
    expect(complaintsOf(text, { set: { wide: '1' } })).toEqual(['bad-setting']);
    expect(complaintsOf(text, { set: { widht: '1' } })).toEqual(['unknown-setting']);
  });

  it('are compile-time values', () => {
    expect(complaintsOf('const a = exp([1, 2])\n')).toEqual(['not-compile-time 1:11']);
    expect(complaintsOf('const a = training\n')).toEqual(['not-compile-time 1:11']);
    expect(extentOf('floor(exp(2))')).toBe(7);
  });
});
