/** Trainings that cannot begin, go on, or be saved. */
import type { Explanation } from '@tessera/language';

export const training: readonly Explanation[] = [
  {
    code: 'nothing-to-train',
    title: 'a program that is no training',
    text: 'A model is run, and learns nothing from it. What is trained is a `train` program: it calls the model, computes a loss and says `minimize loss using sgd(rate: 0.1)`.',
    example:
      'model line[n = 1](x: f32[n, 1]) {\n  x |> dense(1) as fc\n}\n\ntrain fit[n = 8](x: f32[n, 1], y: f32[n, 1]) {\n  let loss = mse(line(x), y)\n  minimize loss using sgd(rate: 0.1)\n  return { loss }\n}\n',
  },
  {
    code: 'missing-data',
    title: 'an input of a training without data',
    text: 'Every input of a train program gets data, an array whose first axis counts samples (--data image=images.npy), or else one value for all steps (--input rate=0.1).',
  },
  {
    code: 'input-given-twice',
    title: 'an input with samples and with one value',
    text: 'An input either gets another part of --data in every step, or the value of --input in all of them.',
  },
  {
    code: 'uneven-data',
    title: 'numbers of samples that differ',
    text: 'Sample i of every array belongs together, so the first axes must be equally long; and a step takes equally many samples of each, so the first axes of the program’s inputs must be equal too.',
  },
  {
    code: 'too-few-samples',
    title: 'less data than one step takes',
    text: 'A train program is compiled for batches of one size, and every step takes a whole one. Compile it for a smaller size: --batch 8 from its source, or --set fit.n=8.',
  },
  {
    code: 'fixed-batch',
    title: 'a batch of another size than the program’s',
    text: 'From source, --batch sets the dimension that is the first axis of the data, n in train fit[n = 32](image: f32[n, 784]). A number there, or an artifact, has the size it was compiled with.',
  },
  {
    code: 'ragged-batch',
    title: 'samples that fill no batch',
    text: 'The samples of an epoch are cut into batches of the program’s size, and what is left at its end is left out. With shuffling, that is another rest in each epoch, so nothing is lost for good.',
  },
  {
    code: 'non-finite-loss',
    title: 'a loss that is NaN or infinite',
    text: 'No step can repair that, so training stops. Most often the rate is too large, or gradients explode: try a smaller rate, `clip 1.0` behind the optimiser, or look at the data. With --check-finite, `tessera train` says which tensor went wrong first. A file that was saved before is not touched.',
  },
  {
    code: 'non-finite-weights',
    title: 'a parameter that is NaN or infinite',
    text: 'The last update made it so, though the loss before it was a number. Such weights are not saved over good ones. The causes are those of a loss that is no number: see non-finite-loss.',
  },
  {
    code: 'resume-mismatch',
    title: 'a checkpoint of another training',
    text: 'A training goes on exactly where it stopped, and therefore needs the same variables, data, batch size and shuffling. To train on with something else, start a new one from the same file: --weights instead of --resume.',
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
];
