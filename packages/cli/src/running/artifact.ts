/** Turns the file that `run` or `train` was given into an artifact that can be loaded, and finds out which of its programs is meant. */
import { type LoadedArtifact, loadArtifact, missingFeatures } from '@tessera-dnn/chip';
import { assemble, backStages, type Plan, plan } from '@tessera-dnn/compiler';
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { type ast, parse } from '@tessera-dnn/language';
import type { Manifest } from '@tessera-dnn/machine';
import type { Imported } from '@tessera-dnn/onnx';
import type { Code } from '../explain/catalogue.ts';
import { type ProgramSource, readProgram } from '../files/model.ts';
import { readBytes } from '../files/read.ts';
import { type CompileFlags, compileOptionsOf } from '../flags/compile.ts';
import type { Pairs } from '../flags/values.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import type { Progress } from '../show/progress.ts';
import { suggest } from '../suggest.ts';
import { codeHash } from './code-hash.ts';

/** Whether the file is a compiled artifact, which its name says: `.wasm`. */
export function isArtifactName(file: string): boolean {
  return /\.wasm$/i.test(file);
}

/** What kind of program a command runs. */
export type ProgramKind = 'model' | 'train';

export interface BuiltArtifact {
  readonly artifact: LoadedArtifact;
  /** Differs from that of artifacts made of other programs, with other options or by another version of the compiler. */
  readonly hash: string;
  /** The plan, if the artifact was compiled here. */
  readonly plan?: Plan;
  /** Of an imported model: what it calls inputs and outputs. */
  readonly imported?: Imported;
}

/** Derives settings, as `--set` would give them, from the data that the program will take. */
export type BindDimensions = (program: ast.Entry) => Pairs;

/** Reads the artifact in the file, or compiles the text there, for the one program that is meant. */
export async function artifactOf(
  io: Io,
  file: string,
  flags: CompileFlags,
  { kind, bind }: { readonly kind: ProgramKind; readonly bind: BindDimensions },
  progress: Progress,
): Promise<Outcome<BuiltArtifact>> {
  if (isArtifactName(file)) {
    const bytes = readBytes(io, file);
    progress.after(backStages.link.name);
    return bytes.ok ? built(bytes.value) : bytes;
  }
  const source = readProgram(io, file, flags);
  if (!source.ok) return source;
  const entries = parse(source.value).file.items.filter(isEntry);
  const name = chosen(entries, source.value.name, flags.program?.[0], kind);
  if (!name.ok) return name;
  const entry = entries.find(item => item.name.text === name.value);
  const set = { ...(entry && bind(entry)), ...flags.set };
  const program = name.value === undefined ? undefined : [name.value];
  const compiled = await compileSource(io, source.value, { ...flags, set, program }, progress);
  return compiled.ok ? { ...compiled, value: { ...compiled.value, imported: source.value.imported } } : compiled;
}

async function compileSource(
  io: Io,
  source: ProgramSource,
  flags: CompileFlags,
  progress: Progress,
): Promise<Outcome<BuiltArtifact>> {
  const { math, warnings } = mathOf(flags.math);
  const options = compileOptionsOf(io, source, { ...flags, math });
  if (!options.ok) return options;
  const all = { ...options.value, after: progress.after };
  const planned = plan(source, all);
  const assembled = planned.ok ? assemble(planned.value, all) : planned;
  const diagnostics = [...warnings, ...options.diagnostics, ...planned.diagnostics];
  if (assembled !== planned) diagnostics.push(...assembled.diagnostics);
  if (!planned.ok || !assembled.ok) return { ok: false, diagnostics };
  const loaded = await built(assembled.value.bytes, planned.value);
  return { ...loaded, diagnostics: [...diagnostics, ...loaded.diagnostics] };
}

async function built(bytes: Uint8Array<ArrayBuffer>, plan?: Plan): Promise<Outcome<BuiltArtifact>> {
  const artifact = await loadArtifact(bytes);
  if (!artifact.ok) return artifact;
  return { ...artifact, value: { artifact: artifact.value, hash: codeHash(bytes), plan } };
}

function isEntry(item: ast.Item): item is ast.Entry {
  return item.kind === 'model' || item.kind === 'train';
}

/** The program that is meant. Undefined if there is no such program, which the compiler then reports. */
function chosen(
  entries: readonly ast.Entry[],
  file: string,
  wanted: string | undefined,
  kind: ProgramKind,
): Outcome<string | undefined> {
  if (wanted !== undefined) return succeeded(wanted);
  const names = entries.filter(entry => entry.kind === kind).map(entry => entry.name.text);
  if (names.length > 1) return severalPrograms(file, names);
  return names.length === 0 && kind === 'train' ? nothingToTrain(`${file} has no train program`) : succeeded(names[0]);
}

function nothingToTrain(message: string) {
  return failed('nothing-to-train', message, 'write one: train fit(…) { … minimize loss using sgd(rate: 0.1) }');
}

function severalPrograms(file: string, names: readonly string[]) {
  return failed(
    'several-programs',
    `${file} has several programs: ${names.join(', ')}`,
    `choose one: --program ${names[0]}`,
  );
}

/** The math to compile with: fast where this host has fused multiply-add, unless the user chose. */
function mathOf(wanted: 'fast' | 'strict' | undefined): {
  readonly math: 'fast' | 'strict' | undefined;
  readonly warnings: readonly Diagnostic<Code>[];
} {
  if (wanted === 'strict' || missingFeatures(['relaxed-simd']).length === 0) return { math: wanted, warnings: [] };
  const message = 'this host has no relaxed SIMD, so the program is compiled with --math strict';
  return { math: 'strict', warnings: [{ code: 'strict-fallback', severity: 'warning', message }] };
}

/** The name of the program that is meant: the wanted one, or else the only one of its kind. */
export function programIn(
  manifest: Manifest,
  file: string,
  wanted: string | undefined,
  kind: ProgramKind,
): Outcome<string> {
  const names = Object.keys(manifest.programs);
  if (wanted !== undefined) {
    const fits = kind === 'model' || manifest.programs[wanted]?.kind === kind;
    if (names.includes(wanted))
      return fits ? succeeded(wanted) : nothingToTrain(`${wanted} is a model: it is run, not trained`);
    const help = suggest(wanted, names, `it has ${names.join(', ')}`);
    return failed('no-such-program', `${file} has no program called ${wanted}`, help);
  }
  const fitting = names.filter(name => manifest.programs[name].kind === kind);
  if (fitting.length > 1) return severalPrograms(file, fitting);
  if (fitting.length === 1) return succeeded(fitting[0]);
  return kind === 'train'
    ? nothingToTrain(`${file} has no train program`)
    : failed('nothing-to-run', `${file} has no model`);
}
