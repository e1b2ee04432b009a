/** ResNets of any depth as text, for planning: bottlenecks, batch norm after every convolution, and a training step. */
import { readFileSync } from 'node:fs';

/** The numbers of blocks in the four stages. ResNet-200 is that of He et al. (2016, "Identity mappings"). */
const stages: { readonly [depth: number]: string } = {
  50: '[3, 4, 6, 3]',
  101: '[3, 4, 23, 3]',
  200: '[3, 24, 36, 3]',
};

export const depths = Object.keys(stages).map(Number);

/** The text. The program is called `fit`, and its batch is `fit.n`. With momentum, every param has a state of the same size. */
export function residualNet(depth: number, momentum = 0): string {
  const example = readFileSync(new URL('../../../examples/resnet50.dnn', import.meta.url), 'utf8');
  const step = `
train fit[n = 1](image: f32[n, 3, 224, 224], label: i32[n]) {
  let loss = cross_entropy(resnet50(image), label)
  minimize loss using sgd(rate: 0.1, momentum: ${momentum})
  return loss
}
`;
  return example.split('\ntrain ')[0].replace(stages[50], stages[depth]) + step;
}
