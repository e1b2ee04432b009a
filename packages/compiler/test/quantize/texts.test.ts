/** Where markers and arguments are written: small texts, before and after. Long because texts are, one for each place a marker can stand. */
import type { Source } from '@tessera-dnn/diagnostics';
import { elaborate, type Load } from '@tessera-dnn/language';
import { ops } from '@tessera-dnn/ops';
import { describe, expect, it } from 'vitest';
import { choose, type Placing } from '../../src/quantize/choose.ts';
import { draftOf, type Job } from '../../src/quantize/draft.ts';
import { openProject } from '../../src/quantize/project.ts';
import { chosenModel } from '../../src/quantize/refusals.ts';
import { textsOf } from '../../src/quantize/sites.ts';

interface Given extends Placing {
  readonly load?: Load;
  readonly keep?: readonly string[];
  readonly program?: string;
}

/** The texts in 8 bits, all values on the levels that markers have of themselves. */
function quantized(text: string, { load, keep = [], program: wantedProgram, ...placing }: Given = {}) {
  const source: Source = { name: 'folder/net.dnn', text };
  const project = openProject(source, load);
  const entry = chosenModel(project.files[0], wantedProgram);
  if (!entry.ok) throw new Error(entry.diagnostics[0].message);
  const program = entry.value.name.text;
  const module = elaborate(project.files[0], { table: ops, load, programs: [program] });
  if (!module.ok) throw new Error(module.diagnostics[0].message);
  const job: Job = { project, texts: textsOf(project.files), program, table: ops, name: 'out/net8' };
  const { graph } = module.value.programs[0];
  const choice = choose({ module: module.value, graph, entry: entry.value }, job, path => keep.includes(path), placing);
  const draft = draftOf(job, choice.changes);
  if (!draft.ok) throw new Error(draft.diagnostics[0].message);
  return { choice, draft: draft.value, text: draft.value.sources[0].text };
}

const model = (body: string, input = 'x: f32[1, 4, 8, 8]') => `model m(${input}) {\n${body}}\n`;

describe('a marker', () => {
  it('stands behind what is elementwise after a layer, and before what only carries', () => {
    const { text } = quantized(
      model(
        '  x |> conv2d(4, kernel: 3) as a |> batch_norm() as n |> relu |> max_pool(2) |> flatten |> dense(2) as b\n',
      ),
    );
    expect(text).toBe(
      model(`  x
    |> quantized
    |> conv2d(4, kernel: 3, weights: i8) as a
    |> batch_norm() as n
    |> relu
    |> quantized
    |> max_pool(2)
    |> flatten
    |> dense(2, weights: i8) as b
`),
    );
  });

  it('is written as a call where no stage of a pipe can follow', () => {
    const { text } = quantized(
      model('  return dense(relu(dense(x, 3) as a) * 2, 3) as b + dense(x + 1, 3) as c\n', 'x: f32[1, 4]'),
    );
    expect(text).toContain('dense(quantized(relu(dense(quantized(x), 3, weights: i8) as a) * 2), 3, weights: i8) as b');
    expect(text).toContain('dense(quantized(x + 1), 3, weights: i8) as c');
  });

  it('stands behind both of two layers that are added up, and not behind one that is added to what is stored', () => {
    const both = quantized(
      model('  let a = dense(x, 4) as a\n  let b = dense(x, 4) as b\n  relu(a + b) |> dense(2) as c\n', 'x: f32[1, 4]'),
    );
    expect(both.text).toContain('relu(quantized(a) + quantized(b)) |> quantized |> dense(2, weights: i8) as c');
    const one = quantized(
      model(
        '  let a = x |> dense(4) as a |> relu\n  let b = a |> dense(4) as b\n  a + b |> dense(2) as c\n',
        'x: f32[1, 4]',
      ),
    );
    expect(one.text).toContain('let b = a |> dense(4, weights: i8) as b\n');
    expect(one.text).toContain('quantized(a + b) |> dense(2, weights: i8) as c');
  });

  it('does not stand behind a sum that a norm reads in floats as well', () => {
    const { text } = quantized(`block step(x) {
  x + (x |> layer_norm() as norm |> dense(4) as fc)
}

model m(x: f32[1, 4]) {
  x |> dense(4) as first |> step() as a |> step() as b |> dense(2) as head
}
`);
    expect(text).toContain('x + (x |> layer_norm() as norm |> quantized |> dense(4, weights: i8) as fc)');
  });

  it('stands in blocks and loops once, with a scale for each turn', () => {
    const { text, draft } = quantized(
      `block layer(x, units) {
  x |> dense(units) as fc |> relu
}

model m(x: f32[1, 4]) {
  var y = x
  for i in range(3) {
    y = y |> layer(4) as "layer{i}"
  }
  // The head.
  return y |> dense(2) as head
}
`,
    );
    expect(text).toContain('x |> dense(units, weights: i8) as fc |> relu |> quantized\n');
    expect(text).toContain('// The head.\n');
    expect(draft.values.map(({ scale }) => scale.path)).toEqual([
      'quantized_0.scale',
      'layer0.quantized_0.scale',
      'layer1.quantized_0.scale',
      'layer2.quantized_0.scale',
    ]);
  });

  it('stands behind an input once, and leaves what is computed with the input itself exact', () => {
    const { text } = quantized(
      model(
        '  let y = x |> dense(4) as a\n  let z = x |> dense(4) as b\n  return { y, z, off: y - x }\n',
        'x: f32[1, 4]',
      ),
    );
    expect(text).toBe(
      model(
        `  let quantized_x = x |> quantized
  let y = quantized_x |> dense(4, weights: i8) as a
  let z = quantized_x |> dense(4, weights: i8) as b
  return { y, z, off: y - x }
`,
        'x: f32[1, 4]',
      ),
    );
  });

  it('stands behind means over places, and neither in norms nor in losses', () => {
    const { text, draft } = quantized(
      `model m(x: f32[1, 4, 8, 8], y: f32[1, 4]) {
  let a = x |> conv2d(4, kernel: 3) as a |> relu |> global_avg_pool |> layer_norm() as n |> dense(4) as b
  return { a, loss: mse(a, y) }
}
`,
    );
    expect(text).toContain('|> relu');
    expect(draft.values).toHaveLength(3);
    expect(text).toContain('loss: mse(a, y)');
  });
});

describe('inputs and outputs', () => {
  const wanted = { inputs: true, outputs: true };

  it('become levels, with parameters for their scales', () => {
    const { text, draft } = quantized(
      'model m(x: f32[1, 4]) -> f32[1, 2] { x |> dense(3) as a |> relu |> dense(2) as b }\n',
      { wanted },
    );
    expect(text).toBe(`model m(x: i8[1, 4]) -> i8[1, 2] {
  param x_scale: f32[] = ones
  let x = dequantize(x, x_scale)
  param output_scale: f32[] = ones
  x
    |> dense(3, weights: i8) as a
    |> relu
    |> quantized
    |> dense(2, weights: i8) as b
    |> quantize(output_scale)
}
`);
    expect(draft.values.map(({ scale, marked }) => [scale.path, marked.end?.kind])).toEqual([
      ['x_scale', 'input'],
      ['quantized_0.scale', undefined],
      ['output_scale', 'output'],
    ]);
  });

  it('become levels by name where there are several, and what is no float stays', () => {
    const { text } = quantized(
      `model m(a: f32[1, 4], b: f32[1, 4], at: i32[1]) -> { y: f32[1, 2], z: f32[1, 2], best: i32[1] } {
  let a_scale = 2
  let y = dense(a * a_scale + b, 2) as fc
  return { y, z: y + b[:, :2], best: argmax(y, axis: 1) + at }
}
`,
      { wanted },
    );
    expect(text).toBe(`model m(a: i8[1, 4], b: i8[1, 4], at: i32[1]) -> { y: i8[1, 2], z: i8[1, 2], best: i32[1] } {
  param a_scale2: f32[] = ones
  let a = dequantize(a, a_scale2)
  param b_scale: f32[] = ones
  let b = dequantize(b, b_scale)
  param y_scale: f32[] = ones
  param z_scale: f32[] = ones
  let a_scale = 2
  let y = dense(quantized(a * a_scale + b), 2, weights: i8) as fc
  return {
    y: quantize(y, y_scale), z: quantize(y + b[:, :2], z_scale), best: argmax(y, axis: 1) + at
  }
}
`);
  });

  it.each([
    ['an input whose name gets another value', model('  let x = 2 * x\n  dense(x, 2) as a\n'), ['x']],
    [
      'what another model calls',
      `${model('  dense(x, 2) as a\n')}\nmodel n(x: f32[1, 4, 8, 8]) {\n  2 * m(x)\n}\n`,
      ['x', 'output'],
    ],
    [
      'an output that a block gives',
      `block b(x) {\n  return { y: dense(x, 2) as a }\n}\n\n${model('  b(x) as b\n')}`,
      ['y'],
    ],
  ])('stay in floats for %s', (_, text, names) => {
    const { choice } = quantized(text, { wanted, program: 'm' });
    expect(choice.ends).toEqual(names);
  });
});

describe('a layer', () => {
  it('stays in floats if it is kept, with those that share its line', () => {
    const net = `block pair(x) {
  x |> dense(4) as one |> relu |> dense(4) as two
}

model m(x: f32[1, 4]) {
  x |> pair() as a |> pair() as b
}
`;
    const { text, choice } = quantized(net, { keep: ['a.one'] });
    expect(text).toContain('x |> dense(4) as one |> relu |> quantized |> dense(4, weights: i8) as two');
    expect(choice.kept.map(({ path }) => path)).toEqual(['a.one', 'b.one']);
    expect(choice.layers.map(({ path }) => path)).toEqual(['a.two', 'b.two']);
  });

  it('has levels where the text itself declares its weights', () => {
    const { text, draft } = quantized(`block head(x, units) {
  param w: f32[x.shape[1], units] = he_uniform
  param b: f32[units] = uniform(-0.1, 0.1)
  // The product.
  return x @ w + b
}

model m(x: f32[1, 4]) {
  param kernel: f32[6, 4] = uniform(-1, 1)
  let y = relu(x @ transpose(kernel))
  return { z: head(y, 3) as one, rank: 2 * kernel.rank }
}
`);
    expect(text).toBe(`block head(x, units) {
  param w: i8[x.shape[1], units] = he_uniform
  param w_scale: f32[units] = ones
  param b: f32[units] = uniform(-0.1, 0.1)
  // The product.
  return x @ dequantize(w, w_scale, axis: 1) + b
}

model m(x: f32[1, 4]) {
  param kernel: i8[6, 4] = zeros
  param kernel_scale: f32[6] = ones
  let y = relu(quantized(x) @ transpose(dequantize(kernel, kernel_scale, axis: 0))) |> quantized
  return { z: head(y, 3) as one, rank: 2 * kernel.rank }
}
`);
    const paths = draft.module.variables.map(({ path, type }) => `${path} ${type.element}[${type.shape.join(', ')}]`);
    expect(paths).toEqual([
      'kernel i8[6, 4]',
      'kernel_scale f32[6]',
      'quantized_0.scale f32[]',
      'quantized_1.scale f32[]',
      'one.w i8[6, 3]',
      'one.w_scale f32[3]',
      'one.b f32[3]',
    ]);
  });

  it('stays in floats if a name of its own would mean two things', () => {
    const { choice, text } = quantized(`model m(x: f32[1, 4]) {
  param w: f32[4, 4] = zeros
  let w_scale = 2
  return dense(w_scale * (x @ w), 2) as head
}
`);
    expect(choice.unable.map(({ path }) => path)).toEqual(['w']);
    expect(text).toContain('param w: f32[4, 4] = zeros\n');
  });

  it('is named if nothing can give it 8 bits', () => {
    const { choice, text } = quantized('model m(x: f32[1, 3, 4]) {\n  x |> lstm(4) as rnn |> dense(2) as head\n}\n');
    expect(choice.unable.map(({ path }) => path)).toContain('rnn');
    expect(choice.layers.map(({ path }) => path)).toEqual(['head']);
    expect(text).toContain('lstm(4) as rnn');
  });
});

describe('a file', () => {
  it('loses its trains, with what is said of them', () => {
    const { text } = quantized(`// A net.
model m(x: f32[1, 4]) {
  x |> dense(2) as a
}

// Two lines
// about it.
train fit(x: f32[1, 4]) {
  minimize mean(m(x)) using sgd(rate: 0.1)
}

const later = 1
`);
    expect(text).toBe(`// A net.
model m(x: f32[1, 4]) {
  x |> quantized |> dense(2, weights: i8) as a
}

const later = 1
`);
  });

  it('takes what it imports along, under names of its own', () => {
    const blocks = 'import "../deep/more.dnn"\n\nblock head(x) {\n  x |> dense(2) as fc |> twice\n}\n';
    const texts: Readonly<Record<string, string>> = {
      './lib/blocks.dnn': blocks,
      '../deep/more.dnn': 'block twice(x) {\n  2 * x\n}\n',
    };
    const { draft, text } = quantized('import "./lib/blocks.dnn"\n\nmodel m(x: f32[1, 4]) {\n  x |> head() as h\n}\n', {
      load: path => (texts[path] === undefined ? undefined : { name: path, text: texts[path] }),
    });
    expect(draft.sources.map(({ name }) => name)).toEqual(['out/net8.dnn', 'out/net8.blocks.dnn', 'out/net8.more.dnn']);
    expect(text).toContain('import "./net8.blocks.dnn"');
    expect(draft.sources[1].text).toContain('import "./net8.more.dnn"');
    expect(draft.sources[1].text).toContain('dense(2, weights: i8) as fc |> twice');
  });
});
