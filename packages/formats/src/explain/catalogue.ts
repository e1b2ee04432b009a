/** Files of tensors that cannot be read as what they are for. */
import { type CodeOf, catalogue as common, type Explanation } from '@tessera-dnn/diagnostics';

export const catalogue = [
  ...common,
  {
    code: 'bad-npy',
    title: 'a file that is no npy file, or a damaged one',
    text: 'Inputs come as NumPy’s .npy, one array of numbers or truth values a file: numpy.save("image.npy", array). Arrays of objects and records of several fields are refused.',
  },
  {
    code: 'bad-npz',
    title: 'an archive of arrays that cannot be read, or of several where one is meant',
    text: 'An archive has several arrays in one file: numpy.savez("data.npz", image=images, label=labels). Without a name, the array that is called like the input counts, or the only one; `data.npz:image` names one. What the archive says of lengths is checked before anything is unpacked.',
  },
  {
    code: 'bad-table',
    title: 'a table that cannot be read as numbers',
    text: 'Every row has as many cells as the first. A first row without a number has the names of the columns; then the column that is called like the input counts, or all do. `table.csv:a,b`, `table.csv:1..784` and `table.csv:first..last` name columns, by names or by places counted from 0. A single column of texts is one of classes where the input has one integer for each sample; a cell that is empty is no number.',
  },
  {
    code: 'bad-picture',
    title: 'a picture that cannot be read',
    text: 'Pictures are PNG or JPEG, of 100 million pixels at most. Those of other kinds are left out of a folder, with a warning; a damaged one ends the command, since a network would learn from what is not there.',
  },
  {
    code: 'bad-safetensors',
    title: 'a file that is no safetensors file, or a damaged one',
    text: 'Weights come as safetensors: safetensors.torch.save_file(model.state_dict(), "weights.safetensors"), or as torch.save writes them. Every length, offset and shape in the file is checked against the others before a number is believed.',
  },
  {
    code: 'bad-torch',
    title: 'a checkpoint of PyTorch that holds no weights, or more than is read, or a damaged one',
    text: 'Weights may come as torch.save writes them: torch.save(model.state_dict(), "weights.pt"), alone or under a key of a checkpoint; `net.pt:ema` names the key. Such a file is a program for Python. Here it is read as data: tensors, numbers, texts, lists and dicts, and nothing in it is run. Files that name other classes or functions are refused, whole models above all; those of TorchScript too. Lengths, checksums, extents and strides are checked before a number is believed.',
  },
  {
    code: 'inexact-conversion',
    title: 'a number that the wanted element type cannot hold',
    text: 'Data of 64 bits is taken where every single value stays the same in 32, and integers where every one stays the same in 8. Where one would change, rounding it is a decision, and yours: array.astype("float32") where the file is written. Only floats that become f16 or bf16 are rounded, since whoever chooses these wants that; but no finite number becomes infinite, as 70,000 would in f16.',
  },
] as const satisfies readonly Explanation[];

/** The code of a diagnostic that this package may give; one without an entry above is a type error. */
export type Code = CodeOf<typeof catalogue>;
