/** What can keep a program from being quantised. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const quantize = [
  {
    code: 'no-samples',
    title: 'nothing to calibrate with',
    text: 'How far apart the levels of 8 bits lie is decided by the numbers that a program holds while it runs on real samples: a hundred or so that are like those it will see. Every input needs a file of them, --data NAME=FILE.npy, with the samples along the first axis, and at least as many as one run takes.',
  },
  {
    code: 'sample-shape',
    title: 'samples of another shape than the program takes',
    text: 'The first axis of the data counts the samples; the other axes are those of the input. Data for image: f32[n, 1, 28, 28] are f32[samples, 1, 28, 28]. All inputs need as many samples.',
  },
  {
    code: 'no-such-sample',
    title: 'data for an input that the program does not have',
    text: 'The names before = are those of the program’s inputs, as its text declares them.',
  },
  {
    code: 'sample-not-finite',
    title: 'numbers without a range',
    text: 'NaN and infinity have no level, and a range that reaches to infinity has only one. If they are in the data, take these samples out. If the program makes them of finite data, it is the same program in floats that fails on this sample.',
  },
  {
    code: 'already-quantized',
    title: 'a program that stands on levels already',
    text: 'The text has markers (quantized), 8-bit weights (weights: i8) or quantize and dequantize in it. Quantise the text in floats with its own weights instead: what 8 bits have lost does not come back.',
  },
  {
    code: 'name-needed',
    title: 'a name that quantising needs for itself',
    text: 'The new text calls the block quantized of the prelude, and an item of the same name in your file would hide it. Rename yours.',
  },
  {
    code: 'nothing-to-quantize',
    title: 'a program without a layer that could have 8 bits',
    text: 'Layers of the prelude with the parameter weights can (dense, conv1d, conv2d, depthwise_conv2d, conv_transpose2d, multi_head_attention), and params of your own that a product of matrices or a convolution takes. lstm and gru stay in floats.',
  },
  {
    code: 'no-such-layer',
    title: 'a pattern that no layer matches',
    text: 'What --keep takes is the path of a layer, as conv1 or features.0.0, in which * stands for any text. tessera quantize prints the paths of all layers.',
  },
  {
    code: 'several-models',
    title: 'a file with several models to choose from',
    text: 'One program is quantised at a time, with the samples of its inputs: --program NAME.',
  },
] as const satisfies readonly Explanation[];
