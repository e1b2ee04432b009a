/** What may be wrong with a model that is to be imported. */
import { type CodeOf, catalogue as common, type Explanation } from '@tessera-dnn/diagnostics';
import { catalogue as formats } from '@tessera-dnn/formats';
import { catalogue as language } from '@tessera-dnn/language';

export const catalogue = [
  ...common,
  ...formats,
  ...language,
  {
    code: 'bad-onnx',
    title: 'a file that is no ONNX model, or a damaged one',
    text: 'A model comes as ONNX writes it: torch.onnx.export(model, (image,), "model.onnx"). Every length, shape, name and number of bytes in it is checked before it is believed.',
  },
  {
    code: 'open-dimension',
    title: 'a dimension of an input that the model leaves open',
    text: 'Every shape is known before anything runs. A model that takes any number of samples, or pictures of any size, is imported for the numbers that --dim gives: --dim batch=1, or --dim image:2=224 for axis 2 of the input image. An open first axis is 1 where nothing is given.',
  },
  {
    code: 'unsupported-node',
    title: 'a node of an ONNX model that cannot be imported',
    text: 'Each such node is told with its name, its operator and the version of it that the model asks for. What an importer does not understand in full it refuses: an attribute or a type that is not taken would make a wrong answer. docs/importing.md has the table of operators.',
  },
  {
    code: 'narrowed-type',
    title: 'numbers of a type that Tessera does not have',
    text: 'Tensors are f32, f16, bf16, i32, i8, u8 or bool. Whole numbers of 64 bits, which in ONNX are indices and shapes, are imported as i32, and refused where one does not fit. All other types are imported only if --narrow names them: --narrow f64 imports f64 as f32, and --narrow u16 imports u16 as i32.',
  },
  {
    code: 'bad-import-option',
    title: 'an option of an import that says nothing about this model',
    text: 'The flag --dim names a dimension of an input, as the model calls it, or an input and an axis; the flag --const names an input that becomes a constant.',
  },
  {
    code: 'bad-tflite',
    title: 'a file that is no TensorFlow Lite model, or a damaged one',
    text: 'A .tflite file has one graph, whose tensors have names, shapes and, if they are constants, bytes. All of it is checked before it is believed. Models with control flow have several graphs, and are not imported.',
  },
  {
    code: 'unsupported-export',
    title: 'a part of a program that cannot be written as ONNX',
    text: 'A model of ONNX computes outputs from inputs and weights, and keeps nothing from run to run. Trainings, states that a program gives new values, random numbers and the operations of gradients have no form in it; each is told with its place. docs/importing.md says what to do.',
  },
] as const satisfies readonly Explanation[];

/** The code of a diagnostic that this package may give; one without an entry above is a type error. */
export type Code = CodeOf<typeof catalogue>;
