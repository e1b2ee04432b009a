/**
 * From bytes to a checked artifact: a wasm module that is whole, has a valid manifest, exports what every artifact exports, and that
 * this host can run.
 */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { type Manifest, validateManifest } from '@tessera-dnn/machine';
import { missingFeatures } from './features.ts';
import { type Failure, failed, succeeded } from './outcome.ts';
import { walkSections } from './sections.ts';

/** A compiled program whose manifest has been checked against its module. */
export interface LoadedArtifact {
  readonly manifest: Manifest;
  readonly module: WebAssembly.Module;
}

const compiled = 'give the file that `tessera compile` wrote';

/**
 * Checks `bytes` and compiles them; asynchronously, since browsers refuse to compile large modules in one go. Diagnostics:
 * `foreign-wasm`, `truncated-artifact`, `bad-manifest`, `unknown-version`, `missing-feature`, `bad-artifact`. Never rejects, whatever
 * the bytes.
 */
export async function loadArtifact(bytes: Uint8Array | ArrayBuffer): Promise<Outcome<LoadedArtifact>> {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const manifest = readManifest(view);
  if (!manifest.ok) return manifest;
  const walk = walkSections(view);
  // A start function runs while the module is instantiated, where the limit on the time of calls (`Caller`) does not reach it.
  if (walk.kind === 'sections' && walk.hasStart) return badArtifact('it runs code before anybody asks it to');
  const missing = missingFeatures(manifest.value.features);
  if (missing.length > 0) return missingFeature(missing);
  const module = await compile(view);
  if (typeof module === 'string') return badArtifact(module);
  const fault = exportFault(module, manifest.value);
  if (fault) return badArtifact(fault);
  return succeeded({ manifest: manifest.value, module });
}

/**
 * The manifest alone, without compiling: what is in an artifact, and what it needs. Diagnostics: `foreign-wasm`, `truncated-artifact`,
 * `bad-manifest`, `unknown-version`.
 */
export function readManifest(bytes: Uint8Array): Outcome<Manifest> {
  const walk = walkSections(bytes);
  switch (walk.kind) {
    case 'foreign':
      return failed('foreign-wasm', 'these bytes are not a wasm module', compiled);
    case 'truncated':
      return failed('truncated-artifact', truncated(walk.offset, bytes.length));
    case 'sections':
      return parseManifest(walk.custom.get('tessera'));
  }
}

function parseManifest(section: Uint8Array | undefined): Outcome<Manifest> {
  if (!section) {
    const message = 'this wasm module was not made by Tessera: it has no custom section called tessera';
    return failed('foreign-wasm', message, compiled);
  }
  try {
    return validateManifest(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(section)));
  } catch {
    return failed('bad-manifest', 'the manifest is not JSON in UTF-8');
  }
}

function truncated(offset: number, length: number): string {
  return `the wasm module is damaged or cut off: its section at byte ${offset} of ${length} is not whole`;
}

async function compile(bytes: Uint8Array): Promise<WebAssembly.Module | string> {
  try {
    return await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
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
  const names = `${features.length > 1 ? 'extensions' : 'extension'} ${features.join(' and ')}`;
  const strict = features.length === 1 && features[0] === 'relaxed-simd' ? 'compile with --math strict, or ' : '';
  const message = `the artifact needs the WebAssembly ${names}, which this host does not have`;
  return failed('missing-feature', message, `${strict}use a newer host`);
}

function badArtifact(reason: string): Failure {
  return failed('bad-artifact', `this is not a working artifact: ${reason}`);
}
