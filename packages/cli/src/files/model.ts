/** Reads programs: texts, and models of ONNX and TensorFlow Lite, which become texts. */
import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { operationTable } from '@tessera-dnn/compiler/planning';
import type { Outcome, Source } from '@tessera-dnn/diagnostics';
import { type Imported, importOnnx } from '@tessera-dnn/onnx';
import { microsoftOperators } from '@tessera-dnn/onnx/microsoft';
import { importTflite } from '@tessera-dnn/onnx/tflite';
import type { ImportFlags } from '../flags/import.ts';
import type { Pairs } from '../flags/values.ts';
import type { Io } from '../io.ts';
import { readBytes } from './read.ts';
import { readSource } from './source.ts';

/** The text of a program, and what a model that it was made of has beside it. */
export interface ProgramSource extends Source {
  readonly imported?: Imported;
}

/** How a model is imported where it is written to files. */
export interface ImportWishes extends ImportFlags {
  readonly flat?: boolean;
  readonly network?: string;
}

/** Whether the file is a model of ONNX or TensorFlow Lite, which its name says. */
export function isModelName(file: string): boolean {
  return modelName.test(file);
}

const modelName = /\.(onnx|tflite)$/i;

/** The name of a model's file without its ending. */
export function stemOf(file: string): string {
  return basename(file).replace(modelName, '');
}

/** The program in a file. A model of ONNX or TensorFlow Lite is imported in memory, and its weights come with it. */
export function readProgram(io: Io, file: string, flags: ImportFlags): Outcome<ProgramSource> {
  if (!isModelName(file)) return readSource(io, file);
  const imported = importModel(io, file, flags);
  if (!imported.ok) return imported;
  return { ...imported, value: { name: file, text: imported.value.text, imported: imported.value } };
}

/** The program that a model of ONNX or TensorFlow Lite is. */
export function importModel(io: Io, file: string, wishes: ImportWishes): Outcome<Imported> {
  const bytes = readBytes(io, file);
  if (!bytes.ok) return bytes;
  const importer = /\.tflite$/i.test(file) ? importTflite : importOnnx;
  return importer(bytes.value, {
    table: operationTable,
    file: basename(file),
    network: wishes.network ?? stemOf(file),
    dims: numbers(wishes.dim),
    constants: numbers(wishes.const),
    narrow: wishes.narrow,
    flat: wishes.flat,
    operators: microsoftOperators,
    read: name => readBeside(io, file, name),
  });
}

function numbers(pairs: Pairs = {}): ReadonlyMap<string, number> {
  return new Map(Object.entries(pairs).map(([name, value]) => [name, Number(value)]));
}

/** A file that a model names, if it lies in the model's folder: links are followed first, so that none leads out of it. */
function readBeside(io: Io, model: string, name: string): Uint8Array | undefined {
  try {
    const folder = realpathSync(dirname(resolve(io.folder, model)));
    const path = realpathSync(join(folder, name));
    const inside = relative(folder, path);
    if (isAbsolute(name) || inside.startsWith('..') || isAbsolute(inside)) return undefined;
    const bytes = readBytes(io, path);
    return bytes.ok ? bytes.value : undefined;
  } catch {
    return undefined;
  }
}
