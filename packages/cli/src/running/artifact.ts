/** From the file that `run` was given to an artifact that can be loaded, and the program of it that is meant. */
import { type Artifact, loadArtifact, missingFeatures } from '@tessera/chip';
import { compile } from '@tessera/compiler';
import type { Diagnostic, Outcome, Source } from '@tessera/diagnostics';
import type { StoredTensor } from '@tessera/formats';
import { type ast, parse } from '@tessera/language';
import type { Manifest } from '@tessera/machine';
import { readBytes, readSource } from '../files/read.ts';
import { type CompileFlags, compileOptionsOf } from '../flags/compile.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import type { Progress } from '../show/progress.ts';
import { suggest } from '../suggest.ts';
import { boundDimensions } from './dimensions.ts';

type Tensors = ReadonlyMap<string, StoredTensor>;

export function isArtifactName(file: string): boolean {
  return /\.wasm$/i.test(file);
}

/** The artifact in the file, or made of the text there, of the one program that is to run. */
export async function artifactOf(
  io: Io,
  file: string,
  flags: CompileFlags,
  inputs: Tensors,
  progress: Progress,
): Promise<Outcome<Artifact>> {
  if (isArtifactName(file)) {
    const bytes = readBytes(io, file);
    progress.after('link');
    return bytes.ok ? loadArtifact(bytes.value) : bytes;
  }
  const source = readSource(io, file);
  if (!source.ok) return source;
  const compiled = compileSource(io, source.value, flags, inputs, progress);
  if (!compiled.ok) return compiled;
  const loaded = await loadArtifact(compiled.value);
  return { ...loaded, diagnostics: [...compiled.diagnostics, ...loaded.diagnostics] };
}

function compileSource(
  io: Io,
  source: Source,
  flags: CompileFlags,
  inputs: Tensors,
  progress: Progress,
): Outcome<Uint8Array<ArrayBuffer>> {
  const models = parse(source).file.items.filter(isModel);
  const name = chosen(models, source.name, flags.program?.[0]);
  if (!name.ok) return name;
  const model = models.find(item => item.name.text === name.value);
  const set = { ...(model && boundDimensions(model, inputs)), ...flags.set };
  const { math, warnings } = mathOf(flags.math);
  const program = name.value === undefined ? undefined : [name.value];
  const options = compileOptionsOf(io, source, { ...flags, set, math, program });
  if (!options.ok) return options;
  const artifact = compile(source, { ...options.value, after: progress.after });
  const diagnostics = [...warnings, ...options.diagnostics, ...artifact.diagnostics];
  return artifact.ok ? succeeded(artifact.value.bytes, diagnostics) : { ok: false, diagnostics };
}

function isModel(item: ast.Item): item is ast.Entry {
  return item.kind === 'model';
}

/** The model that is meant; none if there is none, or if the compiler had better say that there is no such model. */
function chosen(models: readonly ast.Entry[], file: string, wanted: string | undefined): Outcome<string | undefined> {
  if (wanted !== undefined) return succeeded(wanted);
  return models.length > 1
    ? severalPrograms(
        file,
        models.map(item => item.name.text),
      )
    : succeeded(models[0]?.name.text);
}

function severalPrograms(file: string, names: readonly string[]) {
  return failed(
    'several-programs',
    `${file} has several programs: ${names.join(', ')}`,
    `choose one: --program ${names[0]}`,
  );
}

/** Fused multiply-add where this host has it. */
function mathOf(wanted: 'fast' | 'strict' | undefined): {
  readonly math: 'fast' | 'strict' | undefined;
  readonly warnings: readonly Diagnostic[];
} {
  if (wanted === 'strict' || missingFeatures(['relaxed-simd']).length === 0) return { math: wanted, warnings: [] };
  const message = 'this host has no relaxed SIMD, so the program is compiled with --math strict';
  return { math: 'strict', warnings: [{ code: 'strict-fallback', severity: 'warning', message }] };
}

/** The program to run: the one that is named, or the only model. */
export function programIn(manifest: Manifest, file: string, wanted: string | undefined): Outcome<string> {
  const names = Object.keys(manifest.programs);
  if (wanted !== undefined) {
    if (names.includes(wanted)) return succeeded(wanted);
    const help = suggest(wanted, names, `it has ${names.join(', ')}`);
    return failed('no-such-program', `${file} has no program called ${wanted}`, help);
  }
  const models = names.filter(name => manifest.programs[name].kind === 'model');
  if (models.length === 0) return failed('nothing-to-run', `${file} has no model`);
  return models.length === 1 ? succeeded(models[0]) : severalPrograms(file, models);
}
