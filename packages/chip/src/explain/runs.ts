/** Runs that were asked for something a program does not have. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const runs = [
  {
    code: 'missing-input',
    title: 'an input without a value',
    text: 'A run needs a value for every input of its program: --input name=FILE.npy, once for each.',
  },
  {
    code: 'inputs-without-names',
    title: 'inputs that were not given by name',
    text: "A program may have several inputs, so each is given by its name: chip.run('lenet', { image: pixels }).",
  },
  {
    code: 'no-weights',
    title: 'a model that runs with numbers that were drawn',
    text: 'Params that are not embedded begin with first values, which a seed draws. A model that is run with these has learnt nothing. Compile it with --weights, give load weights, write them, or train it; or give load a seed, if first values are what you want.',
  },
  {
    code: 'no-such-input',
    title: 'a value for an input that the program does not have',
    text: 'Inputs are named as the model declares them: model lenet(image: f32[1, 1, 28, 28]) has one, called image.',
  },
  {
    code: 'no-such-output',
    title: 'an output that the program does not have',
    text: 'Outputs are named by the record that a model returns, as in return { loss, accuracy: e }. A single result without a name is called output.',
  },
  {
    code: 'no-such-program',
    title: 'a program that the artifact does not have',
    text: 'An artifact has the programs it was compiled with: all models of the file, or those that --program chose.',
  },
  {
    code: 'no-such-variable',
    title: 'a variable that the artifact does not have',
    text: 'Variables are named by their path: the labels of the calls around them joined by dots, then their own name, as in layer1.0.conv1.weight.',
  },
  {
    code: 'wrong-shape',
    title: 'a value of another shape than its input or variable',
    text: 'Shapes are fixed when a program is compiled. From source, `tessera run` binds a dimension such as n in image: f32[n, 1, 28, 28] to what the data has; an artifact keeps the size it was compiled for: compile it with --set lenet.n=40.',
  },
  {
    code: 'wrong-type',
    title: 'a value of another element type than its input or variable',
    text: 'Element types are never converted in silence where that is a cast: f32, f16 and bf16 take floats, i32, i8 and u8 whole numbers, bool truth values. Floats that become f16 or bf16 are rounded to the nearest. Convert where the data is made: array.astype("float32").',
  },
  {
    code: 'bad-seed',
    title: 'a seed that is no 32-bit integer',
    text: 'A seed decides all random numbers: first values of variables, and what a program draws. It is an integer of 32 bits.',
  },
  {
    code: 'bad-phase',
    title: 'a phase that the program does not have',
    text: 'A program is a row of phases, counted from 0; a chip can be stepped through them one by one.',
  },
  {
    code: 'bad-turn',
    title: 'a phase behind another program',
    text: 'All programs of an artifact share their memory. When one is stepped through phase by phase, and another runs in between, what the first had computed is gone: begin at phase 0 again.',
  },
  {
    code: 'bad-warm-up',
    title: 'a training that was to be run for nothing',
    text: 'A warm-up runs a program once, so that the first run that somebody waits for is fast. A training would have learnt something from it: warm up the model that it trains, or take its first step.',
  },
  {
    code: 'bad-slots',
    title: 'a range of slots that the chip does not have',
    text: 'A slot is one worker of one tile: tile × workers + worker. A phase may be run for a part of them at a time.',
  },
] as const satisfies readonly Explanation[];
