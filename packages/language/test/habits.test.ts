/** For what people write out of habit from Python, NumPy and PyTorch, the message says what to write here. */
import { describe, expect, it } from 'vitest';
import { check } from '../src/index.ts';
import { standIns as table } from './elaborate/stand-ins.ts';

function helpsOf(text: string): readonly string[] {
  return check({ name: 'habit.dnn', text }, { table }).map(({ help }) => help ?? 'no help');
}

const expressions: readonly (readonly [string, string])[] = [
  ['clip(x, 0, 1)', 'did you mean clamp?'],
  ['x |> clip(0, 1)', 'did you mean clamp?'],
  ['var(x)', 'variance(x)'],
  ['topk(x, 2)', 'did you mean top_k?'],
  ['view(x, [4, 1])', 'did you mean reshape?'],
  ['x.view(4, 1)', 'write reshape(x, …)'],
  ['torch.relu(x)', 'functions stand alone: write relu(…)'],
  ['nn.Linear(4, 2)', 'write dense(…)'],
  ['nn.functional.relu(x)', 'functions stand alone: write relu(…)'],
  ['np.clip(x, 0, 1)', 'write clamp(…)'],
  ['self.fc(x)', 'x |> dense(10) as fc'],
  ['x.relu()', 'there are no methods: write relu(x, …)'],
  ['x.size(0)', 'x.shape[0]'],
  ['x.T', 'transpose(x)'],
  ['Linear(x, 4)', 'did you mean dense?'],
  ['BatchNorm2d(x)', 'did you mean batch_norm?'],
  ['ReLU(x)', 'did you mean relu?'],
  ['cast(x, int64)', 'integers are i32'],
  ['cast(x, float64)', 'floats are f32'],
  ['double(x)', 'write cast(x, f32)'],
  ['BCELoss(x, x)', 'did you mean binary_cross_entropy?'],
  // Here x are logits, not probabilities.
  ['BCEWithLogitsLoss(x, x)', 'did you mean binary_cross_entropy_with_logits?'],
  ['smooth_l1_loss(x, x)', 'did you mean smooth_l1?'],
  ['CTCLoss(x, x)', 'did you mean ctc_loss?'],
  ['mse(x, None)', 'write none, or leave the argument out'],
  ['print(x)', 'write note(x.shape)'],
  ['x * True', 'write true'],
  ['lambda x: x', 'write `block f(x) { … }`'],
  ['x if true else x', '`if c { a } else { b }`'],
  ['sum(x, dim: 0)', 'did you mean axis?'],
  ['sum(x, dim=0)', 'a named argument is written `name: value`'],
];

describe('in an expression', () => {
  it.each(expressions)('%s', (expression, help) => {
    const text = `model m(x: f32[4]) {\n  let y = ${expression}\n  return x\n}\n`;
    expect(helpsOf(text).join('\n')).toContain(help);
  });
});

describe('in a statement', () => {
  it.each([
    ['if true { let y = x } elif false { let z = x }', 'write `else if`'],
    ['if true { let y = x }\n  elif false { let z = x }', 'write `else if`'],
    ['while true { let y = x }', '`for i in range(n) { … }`'],
    ['for i in range(3):', 'a body stands in `{ }`, not after a `:`'],
    ['y = x', 'declare it: var y = …'],
    ['var(x)', 'variance(x)'],
  ])('%s', (statement, help) => {
    expect(helpsOf(`model m(x: f32[4]) {\n  ${statement}\n  return x\n}\n`).join('\n')).toContain(help);
  });

  it.each([
    ['def f(x) { x }', 'write `block f(x) { … }`'],
    ['class Net { }', 'write a `block` or `model`'],
  ])('%s', (item, help) => {
    expect(helpsOf(`${item}\nmodel m(x: f32[4]) { x }\n`).join('\n')).toContain(help);
  });
});

describe('two calls under one label', () => {
  const dense = 'block layer(x) {\n  param w: f32[4] = zeros\n  return x * w\n}\n';
  it.each([
    ['let y = layer(layer(x) as fc) as fc', 'both are labelled fc: give each a label of its own'],
    ['var y = x\n  for i in range(2) { y = layer(y) as fc }', 'give each time a label of its own, as "fc{i}"'],
    ['for i in range(2) { param w: f32[4] = zeros }', 'make it a block and label its call with as "layer{i}"'],
  ])('%s', (statements, help) => {
    expect(helpsOf(`${dense}model m(x: f32[4]) {\n  ${statements}\n  return x\n}\n`).join('\n')).toContain(help);
  });
});

it('says nothing of ordinary numbers, axes and comments', () => {
  const text = `const groups = 2 // of each layer
model m(x: f32[1, 4, 9, 9]) { // the input
  let y = conv2d(x, 4, 3) as c // 3
  let z = max(y, axis: 0) // hidden
  return max(z) // groups of two
}
`;
  expect(check({ name: 'plain.dnn', text }, { table })).toEqual([]);
});
