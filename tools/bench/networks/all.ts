/** The networks that are measured, in the order of the table. */

import { gpt, gptStep } from './gpt.ts';
import { mobilenetV2, resnet50 } from './large.ts';
import { lstm } from './lstm.ts';
import type { Network } from './network.ts';
import { conv1x1, conv3x3, depthwise, matmul512 } from './single.ts';
import { dsCnn, lenet, mlp, resnet8 } from './small.ts';

export const networks: readonly Network[] = [
  lenet,
  resnet8,
  conv3x3,
  conv1x1,
  mlp,
  dsCnn,
  depthwise,
  matmul512,
  lstm,
  gpt,
  gptStep,
  mobilenetV2,
  resnet50,
];
