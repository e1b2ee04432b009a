/** Reads inputs from files and writes outputs to files. */
import type { Outputs } from '@tessera-dnn/chip';
import { type Diagnostic, isError, type Outcome } from '@tessera-dnn/diagnostics';
import { type NpyElement, type StoredTensor, storedTensor, writeNpy } from '@tessera-dnn/formats';
import type { ManifestProgram } from '@tessera-dnn/machine';
import { isPictureName, type Picture } from '../data/picture.ts';
import type { Normalisation } from '../data/pictures.ts';
import type { ShapedData } from '../data/samples.ts';
import { readTensor } from '../files/weights.ts';
import { writeWhole } from '../files/write.ts';
import { isNumber, type Pairs } from '../flags/values.ts';
import type { Io } from '../io.ts';
import { succeeded } from '../session.ts';

/** What an input is given: an array, one number, or a picture. */
export type GivenInput = StoredTensor | number | Picture;

/** Reads the file of each input, an array or a picture, or takes the number that stands in its place; the keys are names of inputs. */
export async function readInputs(
  io: Io,
  given: Pairs,
  normalisation: Normalisation,
): Promise<Outcome<ReadonlyMap<string, GivenInput>>> {
  const inputs = new Map<string, GivenInput>();
  const diagnostics: Diagnostic[] = [];
  for (const [name, text] of Object.entries(given)) {
    const read = isNumber(text) ? succeeded(Number(text)) : await readInput(io, text, normalisation);
    diagnostics.push(...read.diagnostics);
    if (read.ok) inputs.set(name, read.value);
  }
  return diagnostics.some(isError) ? { ok: false, diagnostics } : succeeded(inputs, diagnostics);
}

/** What decodes pictures is loaded where there are some. */
async function readInput(io: Io, file: string, normalisation: Normalisation): Promise<Outcome<GivenInput>> {
  if (!isPictureName(file)) return readTensor(io, file);
  return (await import('../data/pictures.ts')).openPicture(io, file, normalisation);
}

/** Reads the npy file of each name. */
export function readTensors(io: Io, files: Pairs): Outcome<ReadonlyMap<string, StoredTensor>> {
  const tensors = new Map<string, StoredTensor>();
  const diagnostics: Diagnostic[] = [];
  for (const [name, file] of Object.entries(files)) {
    const read = readTensor(io, file);
    diagnostics.push(...read.diagnostics);
    if (read.ok) tensors.set(name, read.value);
  }
  return diagnostics.some(isError) ? { ok: false, diagnostics } : succeeded(tensors, diagnostics);
}

/** Writes each output that `files` has a name for, and returns `files`. NumPy has no bf16: such an output is written as f32, exactly. */
export function writeOutputs(io: Io, program: ManifestProgram, outputs: Outputs, files: Pairs): Outcome<Pairs> {
  const shaped = program.outputs.map(({ name, shape }) => [name, { shape, data: outputs[name] }] as const);
  return writeArrays(io, program, Object.fromEntries(shaped), files);
}

/** The same of arrays that may have other shapes than the outputs whose elements they are: rows of many runs. */
export function writeArrays(
  io: Io,
  program: ManifestProgram,
  arrays: { readonly [output: string]: ShapedData },
  files: Pairs,
): Outcome<Pairs> {
  for (const { name, type } of program.outputs) {
    if (!Object.hasOwn(files, name)) continue;
    const tensor = storedTensor(type === 'bf16' ? 'f32' : type, arrays[name].shape, arrays[name].data);
    const written = writeWhole(io, files[name], writeNpy(tensor as StoredTensor<NpyElement>));
    if (!written.ok) return written;
  }
  return succeeded(files);
}
