/** Weights that do not match a program. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const weights = [
  {
    code: 'weights-missing',
    title: 'a parameter that the weights do not have',
    text: 'Every param of the program must be in the file, under its path: the labels of the calls around it joined by dots, then its own name, as in layer1.0.conv1.weight. A state that is not in the file keeps its first value. Where the names differ, label the calls as the file does: `conv2d(64, kernel: 7) as conv1`.',
  },
  {
    code: 'weights-shape',
    title: 'a tensor of another shape than its variable',
    text: 'The file holds a tensor under a variable’s path, but its shape is another. The logical layouts are PyTorch’s: [out, in / groups, kh, kw] for convolutions, [out, in] for dense layers; what lies in memory is the compiler’s choice.',
  },
  {
    code: 'weights-type',
    title: 'a tensor of an element type that is not known',
    text: 'The file holds what the program needs in a type that Tessera cannot read, as 8-bit floats (F8_E4M3). Other tensors of the file may have any type as long as nothing needs them. Convert it where the file is written: tensor.to(torch.float32).',
  },
  {
    code: 'weights-rounded',
    title: 'weights that were rounded to 16 bits',
    text: 'The program keeps variables in f16 or bf16, and the file holds numbers that these cannot say: each became the nearest that they can, of two equally near ones the even one. The warning names the number that changed most for its size. A half ulp is a relative error of 0.049 % in f16 and of 0.39 % in bf16; f16 loses more below 0.00006, where its numbers get scarce, and makes 0 of what is below 0.00000003. A finite number beyond the largest f16, 65,504, is an error. To say yourself what is rounded how, write the file in 16 bits: tensor.to(torch.bfloat16).',
  },
  {
    code: 'weights-state-missing',
    title: 'a state that the weights do not have, though they have its layer',
    text: 'Running statistics of a batch norm, for example, are buffers and no parameters: a file that was made of model.parameters() lacks them, and the layer would normalise with its first values, 0 and 1. Save model.state_dict().',
  },
  {
    code: 'weights-unused',
    title: 'tensors that nothing in the program takes',
    text: 'The file has tensors under names that are no variable’s path. That is a warning only: a file of a larger network may be what was meant. Counters called num_batches_tracked are passed over in silence.',
  },
] as const satisfies readonly Explanation[];
