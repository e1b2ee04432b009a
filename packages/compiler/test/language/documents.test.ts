/** The programs of the language's description: parameters by PyTorch's names and counts, and the diagnostic it shows. */
import { render } from '@tessera-dnn/diagnostics';
import { elementCount, type Module, verifyModule } from '@tessera-dnn/graph';
import { check, elaborate, initProgram, parse, preludeSources } from '@tessera-dnn/language';
import { ops } from '@tessera-dnn/ops';
import { describe, expect, it } from 'vitest';

const lenet = `// LeNet-5 on 28x28 grey digits.
const classes = 10

model lenet[n = 1](image: f32[n, 1, 28, 28]) -> f32[n, classes] {
  image
    |> conv2d(6, kernel: 5, padding: 2) as conv1 |> relu |> max_pool(2)
    |> conv2d(16, kernel: 5)            as conv2 |> relu |> max_pool(2)
    |> flatten
    |> dense(120) as fc1 |> relu
    |> dense(84)  as fc2 |> relu
    |> dense(classes) as fc3
}

train fit[n = 32](image: f32[n, 1, 28, 28], label: i32[n]) {
  let logits = lenet(image)
  let loss = cross_entropy(logits, label)
  minimize loss using sgd(rate: 0.05, momentum: 0.9)
  return { loss, accuracy: mean(argmax(logits, axis: 1) == label) }
}
`;

const resnet = `block conv_bn(x, channels, kernel, stride = 1, name = "") {
  return x
    |> conv2d(channels, kernel: kernel, stride: stride, padding: kernel / 2, bias: false) as "conv{name}"
    |> batch_norm() as "bn{name}"
}

block bottleneck(x, width, stride = 1) {
  var shortcut = x
  if stride != 1 or x.shape[1] != 4 * width {
    shortcut = x |> conv2d(4 * width, kernel: 1, stride: stride, bias: false) as "downsample.0"
                 |> batch_norm() as "downsample.1"
  }
  let y = x
    |> conv_bn(width, kernel: 1, name: "1") as "" |> relu
    |> conv_bn(width, kernel: 3, stride: stride, name: "2") as "" |> relu
    |> conv_bn(4 * width, kernel: 1, name: "3") as ""
  return relu(y + shortcut)
}

model resnet50[n = 1](image: f32[n, 3, 224, 224]) -> f32[n, 1000] {
  var x = image |> conv2d(64, kernel: 7, stride: 2, padding: 3, bias: false) as conv1 |> batch_norm() as bn1
                |> relu |> max_pool(3, stride: 2, padding: 1)
  for stage in range(4) {
    for i in range([3, 4, 6, 3][stage]) {
      x = x |> bottleneck(64 * 2 ** stage, stride: if i == 0 and stage > 0 { 2 } else { 1 }) as "layer{stage + 1}.{i}"
    }
  }
  return x |> global_avg_pool |> dense(1000) as fc
}
`;

const optimizer = `optimizer sgd(weight, gradient, rate, momentum = 0, nesterov = false, decay = 0) {
  let g = gradient + decay * weight
  if momentum == 0 {
    weight := weight - rate * g
  } else {
    state velocity: like(weight) = zeros
    velocity := momentum * velocity + g
    weight := weight - rate * (if nesterov { g + momentum * velocity } else { velocity })
  }
}
`;

function moduleOf(text: string, programs?: readonly string[]): Module {
  const { file, diagnostics } = parse({ name: 'doc.dnn', text });
  expect(diagnostics).toEqual([]);
  const outcome = elaborate(file, { table: ops, programs });
  if (!outcome.ok) throw new Error(outcome.diagnostics.map(diagnostic => render(diagnostic)).join('\n'));
  verifyModule(outcome.value, ops);
  const init = initProgram(outcome.value, ops);
  verifyModule({ ...outcome.value, programs: [...outcome.value.programs, init] }, ops);
  return outcome.value;
}

const shapes = ({ variables }: Module) => Object.fromEntries(variables.map(({ path, type }) => [path, type.shape]));
const trainable = ({ variables }: Module) =>
  variables.filter(({ kind }) => kind === 'param').reduce((sum, { type }) => sum + elementCount(type.shape), 0);

describe('programs of the language’s description', () => {
  it('LeNet has the state_dict of the PyTorch module', () => {
    expect(shapes(moduleOf(lenet, ['lenet']))).toEqual({
      'conv1.weight': [6, 1, 5, 5],
      'conv1.bias': [6],
      'conv2.weight': [16, 6, 5, 5],
      'conv2.bias': [16],
      'fc1.weight': [120, 400],
      'fc1.bias': [120],
      'fc2.weight': [84, 120],
      'fc2.bias': [84],
      'fc3.weight': [10, 84],
      'fc3.bias': [10],
    });
    expect(check({ name: 'doc.dnn', text: lenet }, { table: ops })).toEqual([]);
  });

  it('LeNet trains all its parameters, with a velocity for each', () => {
    const models = Object.keys(shapes(moduleOf(lenet, ['lenet'])));
    const { variables, programs } = moduleOf(lenet);
    expect(variables.slice(0, models.length).map(({ path }) => path)).toEqual(models);
    const states = variables.slice(models.length).map(({ path, kind }) => `${kind} ${path}`);
    expect(states).toEqual(models.map(path => `state fit.${path}.sgd.velocity`));
    const [, fit] = programs;
    expect([fit.name, fit.kind, fit.graph.outputs.map(({ name }) => name)]).toEqual([
      'fit',
      'train',
      ['loss', 'accuracy'],
    ]);
    expect(fit.graph.updates).toHaveLength(variables.length);
  });

  it('ResNet-50 has torchvision’s 25,557,032 parameters by torchvision’s names', () => {
    const module = moduleOf(resnet);
    expect(trainable(module)).toBe(25_557_032);
    const paths = new Set(module.variables.map(({ path }) => path));
    expect(paths).toEqual(new Set(torchvisionNames()));
    expect(shapes(module)).toMatchObject({
      'layer2.0.downsample.0.weight': [512, 256, 1, 1],
      'layer4.2.conv2.weight': [512, 512, 3, 3],
    });
    expect(module.programs[0].graph.updates).toEqual([]);
  });

  it('the prelude’s own files have no mistakes', () => {
    expect(preludeSources.flatMap(source => check(source, { table: ops }))).toEqual([]);
  });

  it('an optimiser is checked for names', () => {
    expect(check({ name: 'doc.dnn', text: optimizer }, { table: ops })).toEqual([]);
    const broken = optimizer.replace('rate * g\n', 'rat * g\n').replace('velocity :=', 'speed :=');
    expect(check({ name: 'doc.dnn', text: broken }, { table: ops }).map(({ code }) => code)).toEqual([
      'unknown-name',
      'unknown-name',
    ]);
  });

  it('a mistake looks as shown', () => {
    const text = 'model m(x: f32[8, 16]) {\n  param w: f32[15, 4] = zeros\n  let h = relu(x @ w)\n  h\n}\n';
    const found = check({ name: 'bad.dnn', text }, { table: ops });
    expect(found.map(diagnostic => render(diagnostic))).toEqual([
      `bad.dnn:3:16  error[shape-mismatch]: matmul cannot multiply f32[8, 16] by f32[15, 4]
   |
 3 |   let h = relu(x @ w)
   |                ^   ^ has 15 rows
   |                has 16 columns
   note: w is declared here                                        bad.dnn:2:3
   help: did you mean w: f32[16, 4]?`,
    ]);
  });
});

/** The names that torchvision.models.resnet50 gives its parameters and buffers, without `num_batches_tracked`. */
function torchvisionNames(): string[] {
  const norm = (name: string) => ['weight', 'bias', 'running_mean', 'running_var'].map(part => `${name}.${part}`);
  const names = ['conv1.weight', ...norm('bn1'), 'fc.weight', 'fc.bias'];
  [3, 4, 6, 3].forEach((blocks, stage) => {
    for (let block = 0; block < blocks; block++) {
      const path = `layer${stage + 1}.${block}`;
      for (const i of [1, 2, 3]) names.push(`${path}.conv${i}.weight`, ...norm(`${path}.bn${i}`));
      if (block === 0) names.push(`${path}.downsample.0.weight`, ...norm(`${path}.downsample.1`));
    }
  });
  return names;
}
