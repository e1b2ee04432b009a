/** Compiles a program that is imported, with all that it reads. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { compile, declarationOf } from '@tessera-dnn/compiler';
import { type Diagnostic, isError, type Outcome, render, type Source } from '@tessera-dnn/diagnostics';
import type { Safetensors } from '@tessera-dnn/formats';
import { readWeights } from '@tessera-dnn/formats/weights';
import type { PluginOptions } from './options.ts';
import type { Request } from './request.ts';

/** An artifact of a program that was imported, or the weights beside it. */
export interface Built {
  /** `net-1a2b3c4d.wasm`: another one for other bytes. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What came of a program: the files that were read, and all that is to be said of it, for people. */
export interface Building {
  readonly built?: Built;
  readonly beside?: Built;
  readonly files: readonly string[];
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads and compiles; and writes the declaration file, if it is another one than before. */
export function build(
  { file, weights }: Request,
  { types = true, portable = true, weightsBeside: isBeside = false, ...options }: PluginOptions,
): Building {
  const files = new Set(weights === undefined ? [file] : [file, weights]);
  const absent = [...files].find(name => !existsSync(name));
  if (absent !== undefined) return { files: [...files], errors: [`there is no file ${absent}`], warnings: [] };
  const load = (path: string, from: string): Source | undefined => {
    const found = resolve(dirname(from), path);
    files.add(found);
    return existsSync(found) ? sourceOf(found) : undefined;
  };
  const name = basename(file, '.dnn');
  const weightsBeside = isBeside && weights !== undefined ? `${name}.safetensors` : undefined;
  const tensors = weights === undefined ? undefined : weightsIn(weights);
  const compiled =
    tensors?.ok === false
      ? tensors
      : compile(sourceOf(file), { ...options, portable, load, weights: tensors?.value.tensors, weightsBeside });
  const said = { files: [...files], ...rendered([...(tensors?.diagnostics ?? []), ...compiled.diagnostics]) };
  if (!compiled.ok) return said;
  const { bytes, manifest, beside } = compiled.value;
  if (types) writeChanged(file.replace(/\.dnn$/, '.d.dnn.ts'), declarationOf(manifest));
  const built = hashed(name, 'wasm', bytes);
  return { ...said, built, ...(beside && { beside: hashed(name, 'safetensors', beside) }) };
}

function hashed(name: string, ending: string, bytes: Uint8Array): Built {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  return { name: `${name}-${hash}.${ending}`, bytes };
}

function sourceOf(file: string): Source {
  return { name: file, text: readFileSync(file, 'utf8') };
}

function weightsIn(file: string): Outcome<Safetensors> {
  return readWeights(new Uint8Array(readFileSync(file)), file);
}

function rendered(diagnostics: readonly Diagnostic[]): Pick<Building, 'errors' | 'warnings'> {
  const texts = (errors: boolean) => diagnostics.filter(found => isError(found) === errors).map(found => render(found));
  return { errors: texts(true), warnings: texts(false) };
}

/** A file that is written anew each time would be seen as changed by whoever watches it. */
function writeChanged(file: string, text: string): void {
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}
