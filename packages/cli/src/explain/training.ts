/** Trainings whose flags or files do not go together. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const training = [
  {
    code: 'input-given-twice',
    title: 'an input with samples and with one value',
    text: 'An input either gets another part of --data in every step, or the value of --input in all of them.',
  },
  {
    code: 'no-such-class',
    title: 'a label that is no class',
    text: 'Classes are counted from 0, and a model with scores for ten of them knows 0 to 9. Where classes have names (folders of pictures, texts in a table), weights keep those that they were trained for, and data to evaluate or to validate may have no others.',
  },
  {
    code: 'fixed-batch',
    title: 'a batch of another size than the program’s',
    text: 'From source, --batch sets the dimension that is the first axis of the data, n in train fit[n = 32](image: f32[n, 784]). A number there, or an artifact, has the size it was compiled with.',
  },
  {
    code: 'not-a-checkpoint',
    title: 'a file without a training that could go on',
    text: 'What `tessera train --save` writes holds, beside the tensors, how far the training has come (in the metadata, under tessera.training). A file that another program has written has only tensors: start a new training from it with --weights.',
  },
  {
    code: 'resumed-otherwise',
    title: 'a training that goes on with another artifact',
    text: 'A changed program, another chip, another kind of math or a newer compiler may give other numbers, or the same ones added up in another order. The training goes on from its checkpoint, but not bit for bit as it would have.',
  },
  {
    code: 'unsavable-variable',
    title: 'a variable that the file of a training cannot hold',
    text: 'Trainings are saved as safetensors, where the name __metadata__ is taken: under it stands how far the training has come. A variable of that path can be trained, but not be saved.',
  },
  {
    code: 'not-a-log',
    title: 'a file that is no log of a training',
    text: 'A resumed training takes away the lines behind its checkpoint and goes on below the others. It does so only in a file of lines like {"step":1,…}.',
  },
] as const satisfies readonly Explanation[];
