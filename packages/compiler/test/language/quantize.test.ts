/** `quantize`, `dequantize` and `fake_quantize` as programs write them, and what is said of mistakes. */
import { describe, expect, it, test } from 'vitest';
import { type CompileOptions, check, compile } from '../../src/index.ts';
import { chipOf, elementsAt } from '../support/run-module.ts';
import { unwrap } from '../support/torch.ts';

const x = 'x: f32[2, 3]';

describe('what is written wrongly is told', () => {
  it.each([
    ['quantize(x, 0)', 'bad-attribute', 'scale of quantize is a positive number, not 0'],
    ['quantize(x, [0.1, -2], axis: 0)', 'bad-attribute', 'scale of quantize is a positive number, not -2'],
    ['quantize(x, 1e-60)', 'bad-attribute', 'scale of quantize is a positive number, not 1e-60'],
    ['quantize(x)', 'missing-argument', 'quantize needs scale'],
    ['quantize(x, 0.1, 300)', 'number-range', 'the number 300 cannot be an i8'],
    ['quantize(x, 0.1, 128, i8)', 'number-range', 'the number 128 cannot be an i8'],
    ['quantize(x, 0.1, 0.5)', 'number-range', 'the number 0.5 cannot be an i8'],
    ['quantize(x, 0.1, type: i32)', 'bad-attribute', 'type of quantize is i8 or u8, not i32'],
    ['quantize(x, 0.1, type: 8)', 'bad-argument', 'type of quantize must be an element type, not the number 8'],
    ['quantize(x, 0.1, axis: 2)', 'bad-axis', 'quantize has no axis 2 in f32[2, 3]'],
    [
      'quantize(x, [0.1, 0.2], axis: 1)',
      'shape-mismatch',
      'scale of quantize is f32[2], but axis 1 of f32[2, 3] has 3',
    ],
    ['dequantize(x, 0.1)', 'type-mismatch', 'dequantize does not take f32[2, 3]'],
    ['dequantize(cast(x, u8), -1)', 'bad-attribute', 'scale of dequantize is a positive number, not -1'],
    ['dequantize(cast(x, u8), 1, -1)', 'number-range', 'the number -1 cannot be a u8, as what it stands beside'],
    ['fake_quantize(x, 0.1, -1, u8)', 'number-range', 'the number -1 cannot be a u8'],
  ])('%s', (call, code, message) => {
    const found = check({ name: 'wrong.dnn', text: `model wrong(${x}) {\n  ${call}\n}\n` });
    expect(found.map(diagnostic => [diagnostic.code, diagnostic.message])).toEqual([[code, message]]);
  });
});

describe.each([1, 16])('on %i tiles', tiles => {
  it.each([
    ['quantize(x, 0.5)', [-2, -1, 0, 1, 2, 127]],
    ['quantize(x, 0.5, 3)', [1, 2, 3, 4, 5, 127]],
    ['quantize(x, 0.5, 3, u8)', [1, 2, 3, 4, 5, 203]],
    ['quantize(x, [0.5, 2], axis: 0)', [-2, -1, 0, 0, 0, 50]],
    ['quantize(x, scale: 1, zero: [0, 1, 2], type: u8, axis: -1)', [0, 1, 2, 0, 2, 102]],
    ['quantize(cast(x, f16), 0.5)', [-2, -1, 0, 1, 2, 127]],
    ['dequantize(quantize(x, 0.5, 3), 0.5, 3)', [-1, -0.5, 0, 0.5, 1, 62]],
    ['fake_quantize(x, 0.5, 3)', [-1, -0.5, 0, 0.5, 1, 62]],
    ['dequantize(cast(x * 2, i32), [1, 0.5, 2], axis: 1)', [-2, -0.5, 0, 1, 1, 400]],
  ])('%s', (call, wanted) => {
    const text = `model m(${x}) {\n  ${call}\n}\n`;
    const run = runnerOf(text, { chip: chipOf(tiles), verify: true });
    const output = run('m', [-1, -0.5, 0, 0.5, 1, 100]);
    expect(output).toEqual(wanted);
  });
});

describe.each(['strict', 'fast'] as const)('%s', math => {
  it.each([-3, 0])('every half step is rounded to even, with scales that no reciprocal is right for: zero %i', zero => {
    const scales = [0.3, 0.7, 3, 0.013, 1e-30, 1e30].map(Math.fround);
    const text = `
      model m(x: f32[${scales.length}, 521], scale: f32[${scales.length}]) {
        quantize(relu(-x) - relu(x), scale, ${zero}, axis: 0)
      }`;
    const x = scales.flatMap(scale => Array.from({ length: 521 }, (_, i) => Math.fround(((i - 260) / 2) * scale)));
    const wanted = x.map((value, i) => {
      const steps = Math.fround(-value / scales[Math.floor(i / 521)]);
      return Math.max(-128, Math.min(127, toEven(steps) + zero)) + 0;
    });
    expect(runnerOf(text, { math })('m', x, scales)).toEqual(wanted);
  });
});

test.each([
  ['i8', -5],
  ['u8', 200],
] as const)('a border of %s is the number that is asked for', (type, value) => {
  const text = `model m(x: f32[1, 3]) {
  pad(cast(x, ${type}), [[1, 1], [1, 2]], value: ${value})
}
`;
  const border = Array.from({ length: 6 }, () => value);
  expect(runnerOf(text, { verify: true })('m', [1, 2, 3])).toEqual([
    ...border,
    value,
    1,
    2,
    3,
    value,
    value,
    ...border,
  ]);
});

test('a network with weights of few levels is trained', () => {
  const text = `
    model net[n = 8](x: f32[n, 4]) {
      param w: f32[3, 4] = normal(0, 1)
      return x @ transpose(fake_quantize(w, 0.25, axis: 0))
    }
    train fit[n = 8](x: f32[n, 4]) {
      let target = x[:, 0:3] * 2 - x[:, 1:4]
      let loss = mean((net(x) - target) ** 2)
      minimize loss using sgd(rate: 0.1)
      return { loss }
    }`;
  const run = runnerOf(text, {});
  const data = Array.from({ length: 32 }, (_, i) => Math.sin(7 * i * i + i));
  const losses = Array.from({ length: 300 }, () => run('fit', data)[0]);
  expect(losses[0]).toBeGreaterThan(1);
  expect(losses[299]).toBeLessThan(0.05);
});

/** The nearest whole number, ties to even. */
function toEven(x: number): number {
  const up = Math.round(x);
  return up - x === 0.5 && up % 2 !== 0 ? up - 1 : up;
}

/** Runs programs with one output. */
function runnerOf(
  text: string,
  options: CompileOptions,
): (program: string, ...inputs: readonly (readonly number[])[]) => number[] {
  const { bytes, manifest } = unwrap(compile({ name: 'run.dnn', text }, options));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const memory = exports['memory'] as WebAssembly.Memory;
  (exports['init'] as (seed: number) => void)(1);
  return (program, ...given) => {
    manifest.programs[program].inputs.forEach(({ type, address }, i) => {
      elementsAt({ element: type }, memory, address, given[i].length).set(given[i]);
    });
    (exports[program] as () => void)();
    const [output] = manifest.programs[program].outputs;
    const count = output.shape.reduce((product, extent) => product * extent, 1);
    return [...elementsAt({ element: output.type }, memory, output.address, count)];
  };
}
