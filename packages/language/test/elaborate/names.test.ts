/** Variables by their paths, what `with` says of them, functions that are passed on, and several names for one value. */
import { describe, expect, it } from 'vitest';
import { complaintsOf, diagnosticsOf, extentOf, moduleOf, pathsOf, variableOf } from './texts.ts';

const layer = 'block layer(x) {\n  param weight: like(x) = ones\n  return x * weight\n}\n';
const inner = `${layer}model inner(x: f32[4]) {\n  return layer(layer(x) as one) as two\n}\n`;

describe('variables by path', () => {
  it('are those that have been declared below the labels around', () => {
    const text = `${layer}block tower(x) {\n  let y = layer(x) as "low.first"\n  return y * params("low.first.weight")\n}\n`;
    expect(complaintsOf(`${text}model m(x: f32[4]) {\n  return tower(x) as tower\n}\n`)).toEqual([]);
    const outside = `${text}model m(x: f32[4]) {\n  let y = tower(x) as tower\n  return y * params("low.first.weight")\n}\n`;
    expect(complaintsOf(outside)).toEqual(['unknown-variable 11:21']);
    expect(diagnosticsOf(outside)[0].help).toBe('did you mean tower.low.first.weight?');
  });

  it('of a model are known without a call', () => {
    expect(pathsOf(`${inner}model m(x: f32[4]) {\n  return x * params(inner)["one.weight"]\n}\n`)).toEqual([
      'one.weight',
      'two.weight',
    ]);
  });

  it.each([
    ['params("one.wieght")', 'did you mean one.weight?'],
    ['params("one")', 'did you mean one.*?'],
    ['params("thee.*")', 'there are one.weight'],
    ['states("one.weight")', 'variables(…) gives both kinds'],
  ])('%s is explained', (call, help) => {
    const found = diagnosticsOf(`${layer}model m(x: f32[4]) {\n  let y = layer(x) as one\n  return y * ${call}\n}\n`);
    expect(found.map(({ code }) => code)).toEqual(['unknown-variable']);
    expect(found[0].help).toBe(help);
  });
});

describe('with', () => {
  const two = (argument: string) =>
    `${layer}model m(x: f32[4], z: f32[5]) {\n  let y = layer(x) as one\n  return layer(y, with: ${argument})\n}\n`;

  it('shares what a label has', () => {
    expect(pathsOf(two('"one"'))).toEqual(['one.weight']);
  });

  it.each([
    ['"on"', 'unknown-variable 7:25', 'did you mean one.weight?'],
    ['params(["one.weight"])', 'unknown-variable 7:25', 'it has layer_0.weight'],
    [
      '3',
      'bad-argument 7:25',
      'give tensors by path, as variables("tower.*") has them, or the label of an earlier call, such as "tower"',
    ],
  ])('%s is explained', (argument, complaint, help) => {
    expect(complaintsOf(two(argument))).toEqual([complaint]);
    expect(diagnosticsOf(two(argument))[0].help).toBe(help);
  });

  it('says where a type does not fit', () => {
    const text = `${layer}model m(x: f32[4], z: f32[5]) {\n  let y = layer(x) as one\n  return { y, w: layer(z, with: "one") }\n}\n`;
    expect(complaintsOf(text)).toEqual(['shape-mismatch 7:33']);
  });

  it('stores a wrapped weight under the name of the wrapper’s parameter', () => {
    const text = `block half(weight_raw) {\n  weight_raw / 2\n}\nblock layer(x) {\n  param weight: like(x) = ones\n  param bias: like(x) = ones\n  return x * weight + bias\n}\n`;
    expect(pathsOf(`${text}model m(x: f32[4, 4]) {\n  return layer(x, with: half) as a\n}\n`)).toEqual([
      'a.weight_raw',
      'a.bias',
    ]);
  });
});

describe('first values', () => {
  it('of a record of variables are copies', () => {
    const text = `${inner}model m(x: f32[4]) {\n  state slow: like(params(inner)) = params(inner)\n  return inner(x, with: slow)\n}\n`;
    expect(pathsOf(text)).toEqual(['one.weight', 'two.weight', 'slow.one.weight', 'slow.two.weight']);
    expect(variableOf(text, 'slow.two.weight').initialiser).toEqual({ kind: 'copy', of: 1 });
  });

  it('may be computed of variables, and of nothing else', () => {
    const of = (first: string) =>
      `model m(x: f32[4]) {\n  param a: f32[4] = ones\n  param b: f32[4] = ${first}\n  return x * a * b\n}\n`;
    expect(variableOf(of('2 * a'), 'b').initialiser).toEqual({ kind: 'computed' });
    expect(moduleOf(of('2 * a')).programs.map(({ name }) => name)).toEqual(['m', 'init']);
    expect(complaintsOf(of('x * a'))).toEqual(['bad-initialiser 3:21']);
  });
});

describe('two minimize', () => {
  const train = (first: string, second: string) =>
    `${layer}train fit(x: f32[]) {\n  let y = layer(x) as one\n  minimize y using sgd(rate: 0.1, momentum: 0.9)${first}\n  minimize y * y using sgd(rate: 0.1, momentum: 0.9)${second}\n}\n`;

  it('may update one param if both name it, with states apart', () => {
    expect(pathsOf(train(' for "one.*"', ' for params("*")'))).toEqual([
      'one.weight',
      'fit.one.weight.sgd.velocity',
      'fit.one.weight.sgd_1.velocity',
    ]);
    expect(complaintsOf(train('', ' for "one.*"'))).toEqual(['overlapping-selections 8:58']);
  });
});

describe('functions that are passed on', () => {
  it('are called by the name of the parameter, and may be defaults and elements', () => {
    const text = `${layer}block twice(x, f = relu) {\n  return f(f(x))\n}\n`;
    expect(pathsOf(`${text}model m(x: f32[4]) {\n  return twice(x, f: layer) as a\n}\n`)).toEqual([
      'a.layer_0.weight',
      'a.layer_1.weight',
    ]);
    const many = `${text}model m(x: f32[4]) {\n  var y = x\n  for f in [relu, exp] {\n    y = twice(y, f)\n  }\n  return y\n}\n`;
    expect(complaintsOf(many)).toEqual([]);
    expect(complaintsOf(`${text}model m(x: f32[4]) {\n  return twice(x, 3)\n}\n`)).toEqual([
      'not-a-function 6:10',
      'not-a-function 6:12',
    ]);
  });
});

describe('several names', () => {
  const pair = 'block pair(x) {\n  return { a: 3, b: 5 }\n}\n';

  it.each([
    ['let p, q = [3, 5]', 'p + 10 * q', 53],
    ['let p, q = pair(1)', 'p + 10 * q', 53],
    ['let b, a = pair(1)', 'b + 10 * a', 35],
  ])('%s', (statement, value, expected) => {
    const text = `${pair}block f(x) {\n  ${statement}\n  return ${value}\n}\n`;
    expect(extentOf('f(1)', text)).toBe(expected);
  });

  it('may be given new values', () => {
    const text =
      'block f(x) {\n  var a, b = [1, 2]\n  for i in range(3) {\n    a, b = [b, a + b]\n  }\n  return b\n}\n';
    expect(extentOf('f(1)', text)).toBe(8);
  });

  it.each(['let p, q = [1, 2, 3]', 'let a, q = pair(1)', 'let p, q = 3'])('%s is explained', statement => {
    const text = `${pair}block f(x) {\n  ${statement}\n  return x\n}\nmodel m(x: f32[4]) {\n  return f(x)\n}\n`;
    expect(diagnosticsOf(text).map(({ code }) => code)).toEqual(['unpacking']);
  });

  it('stand only before =', () => {
    expect(complaintsOf('block f(x) {\n  x, y\n}\n')[0]).toBe('invalid-target 2:6');
  });
});
