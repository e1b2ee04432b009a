/** Trainings that cannot begin or go on. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const training = [
  {
    code: 'nothing-to-train',
    title: 'a program that is no training',
    text: 'A model is run, and learns nothing from it. What is trained is a `train` program: it calls the model, computes a loss and says `minimize loss using sgd(rate: 0.1)`.',
    example:
      'model line[n = 1](x: f32[n, 1]) {\n  x |> dense(1) as fc\n}\n\ntrain fit[n = 8](x: f32[n, 1], y: f32[n, 1]) {\n  let loss = mse(line(x), y)\n  minimize loss using sgd(rate: 0.1)\n  return { loss }\n}\n',
  },
  {
    code: 'nothing-to-evaluate',
    title: 'a program that cannot be evaluated',
    text: 'A model is evaluated by running it over a data set; it has to give something, such as `return { loss, accuracy }`. A training is evaluated as what it computes without training: `tessera evaluate` compiles it so, and `compile` with `evaluation: true`. One that was compiled for training would change the variables that are to be judged.',
  },
  {
    code: 'missing-data',
    title: 'an input of a training without data',
    text: 'Every input of a train program gets data, an array whose first axis counts samples (--data image=images.npy), or else one value for all steps (--input rate=0.1).',
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
] as const satisfies readonly Explanation[];
