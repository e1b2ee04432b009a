/**
 * From what is said to be an artifact to one that is checked: a wasm module that is whole, has a valid manifest, exports what every artifact
 * exports, and that this host can run.
 */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { type Manifest, validateManifest } from '@tessera-dnn/machine';
import { missingFeatures } from './features.ts';
import { reasonOf, textOf } from './foreign.ts';
import { badArtifact, whyForbidden, withoutWebAssembly } from './host.ts';
import { type Failure, failed, succeeded } from './outcome.ts';
import { manifestSection, walkSections } from './sections.ts';
import { type ArrivedBytes, type ArtifactSource, readSource } from './source.ts';

/** A compiled program whose manifest has been checked against its module. */
export interface LoadedArtifact {
  readonly manifest: Manifest;
  readonly module: WebAssembly.Module;
}

const compiled = 'give the file that `tessera compile` wrote';

/**
 * Reads, checks and compiles an artifact; asynchronously, since browsers refuse to compile large modules in one go. A response is compiled
 * while it arrives. Diagnostics: `unreadable-artifact`, `foreign-wasm`, `truncated-artifact`, `bad-manifest`, `unknown-version`,
 * `missing-feature`, `wasm-forbidden`, `bad-artifact`. Never rejects, whatever it is given.
 */
export async function loadArtifact(source: ArtifactSource): Promise<Outcome<LoadedArtifact>> {
  const lacking = withoutWebAssembly();
  if (lacking) return lacking;
  try {
    const read = await readSource(await source);
    if (!read.ok) return read;
    return 'module' in read.value ? ofModule(read.value.module) : await ofBytes(read.value);
  } catch (error) {
    return failed('unreadable-artifact', `the artifact cannot be read: ${reasonOf(error)}`);
  }
}

/** Of a module that the host has compiled: it has what the module needs, and knows whether that has a start function. */
function ofModule(module: WebAssembly.Module): Outcome<LoadedArtifact> {
  const [section] = WebAssembly.Module.customSections(module, manifestSection);
  const manifest = parseManifest(section && new Uint8Array(section));
  return manifest.ok ? matched(manifest.value, module) : manifest;
}

async function ofBytes({ bytes, compiling }: ArrivedBytes): Promise<Outcome<LoadedArtifact>> {
  const manifest = readManifest(bytes);
  if (!manifest.ok) return manifest;
  // A start function runs while the module is instantiated, where the limit on the time of calls (`Caller`) does not reach it.
  if (walkSections(bytes).hasStart) return badArtifact('it runs code before anybody asks it to');
  const missing = missingFeatures(manifest.value.features);
  if (missing.length > 0) return (await whyForbidden()) ?? missingFeature(missing);
  const relaxed = manifest.value.carries && (await relaxedCode(bytes));
  const module = relaxed ?? (await compiling) ?? (await compile(bytes));
  if (typeof module === 'string') return (await whyForbidden()) ?? badArtifact(module);
  return matched(manifest.value, module);
}

/** The module with the code that it carries for hosts with relaxed SIMD, where that is faster; what cannot be had is done without. */
async function relaxedCode(bytes: Uint8Array): Promise<WebAssembly.Module | undefined> {
  try {
    return await (await import('./relaxed.ts')).relaxedModule(bytes);
  } catch {
    return undefined;
  }
}

/**
 * The manifest alone, without compiling: what is in an artifact, and what it needs. Diagnostics: `foreign-wasm`, `truncated-artifact`,
 * `bad-manifest`, `unknown-version`.
 */
export function readManifest(bytes: Uint8Array): Outcome<Manifest> {
  const walk = walkSections(bytes);
  switch (walk.kind) {
    case 'foreign':
      return failed('foreign-wasm', 'these bytes are not a wasm module', bytes[0] === lessThan ? page : compiled);
    case 'truncated':
      return failed('truncated-artifact', truncated(walk.offset, bytes.length));
    case 'sections':
      return parseManifest(walk.manifest);
  }
}

/** With which a page begins. */
const lessThan = 0x3c;
const page = 'they are a page of HTML, as servers send for unknown addresses';

function parseManifest(section: Uint8Array | undefined): Outcome<Manifest> {
  if (!section) {
    const message = 'this wasm module was not made by Tessera: it has no custom section called tessera';
    return failed('foreign-wasm', message, compiled);
  }
  try {
    return validateManifest(JSON.parse(textOf(section)));
  } catch {
    return failed('bad-manifest', 'the manifest is not JSON in UTF-8');
  }
}

function truncated(offset: number, length: number): string {
  return `the wasm module is damaged or cut off at byte ${offset} of ${length}`;
}

async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module | string> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    return reasonOf(error);
  }
}

function matched(manifest: Manifest, module: WebAssembly.Module): Outcome<LoadedArtifact> {
  const fault = exportFault(module, manifest);
  return fault ? badArtifact(fault) : succeeded({ manifest, module });
}

/** What is wrong with the module's imports and exports, or `undefined`. It may import only its memory. */
function exportFault(module: WebAssembly.Module, manifest: Manifest): string | undefined {
  const exports = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  const imports = WebAssembly.Module.imports(module);
  const foreign = imports.find(({ module, name, kind }) => module !== 'env' || name !== 'memory' || kind !== 'memory');
  if (foreign) return `it imports ${foreign.module}.${foreign.name}`;
  if (imports.length === 0 && exports.get('memory') !== 'memory') return 'it has no memory';
  const functions = ['init', 'load', 'read', 'write', 'step', ...Object.keys(manifest.programs)];
  const missing = functions.find(name => exports.get(name) !== 'function');
  return missing === undefined ? undefined : `it exports no function ${missing}`;
}

function missingFeature(features: readonly string[]): Failure {
  const names = features.join(' and ');
  const strict = names === 'relaxed-simd' ? 'compile with --math strict, or ' : '';
  const message = `the artifact needs ${names} of WebAssembly, which this host does not have`;
  return failed('missing-feature', message, `${strict}use a newer host`);
}
