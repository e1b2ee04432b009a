/**
 * Links an image and its codelets into one artifact.
 *
 * Before: a placed image and the codelets its vertex records number. After: a module that needs nothing but the WebAssembly API, with the
 * exports, data and manifest that `docs/` describes; equal input gives equal bytes.
 * 1. Binaryen makes the glue (see `glue.ts`), with stubs for the codelets;
 * 2. the codelets' bodies take the places of their stubs;
 * 3. data, name section and manifest are appended; Binaryen never sees the data, which may be 100 MB.
 * The manifest comes last, so that a file cut short anywhere is either no module or has no manifest.
 */
import { assertThat, type Diagnostic, type Outcome } from '@tessera-dnn/diagnostics';
import { type Image, linkStage, wasmMemoryLimitBytes, wasmPageBytes } from '@tessera-dnn/machine';
import { type CompiledCodelets, relaxedSimd } from '../codelet/compile.ts';
import type { Code } from '../explain/catalogue.ts';
import { customSection, nameSection } from '../sections/custom.ts';
import { dataPieces, joinSegments, passiveDataPieces } from '../sections/data.ts';
import { joinSections, moduleBytes, type PiecedSection, pieced, withBodies } from '../sections/join.ts';
import { codeBodies, sectionId } from '../sections/split.ts';
import { buildGlue } from './glue.ts';
import { codeBeyondEngines, moduleBeyondEngines } from './limits.ts';
import { manifestBytes } from './manifest.ts';

/**
 * The artifact's bytes. The diagnostic `memory-too-large` says that no wasm memory can hold the plan, `beyond-engines` that no engine would
 * take the artifact.
 */
export function link(compiled: CompiledCodelets, image: Image): Outcome<Uint8Array<ArrayBuffer>> {
  if (image.totalBytes > wasmMemoryLimitBytes) return { ok: false, diagnostics: [tooLarge(image)] };
  const refused = codeBeyondEngines(compiled, image);
  if (refused) return { ok: false, diagnostics: [refused] };
  checkSegments(image);
  const { sections, functionNames, relaxed } = linkCode(compiled, image);
  const pieces = image.threads ? passiveDataPieces(image.segments) : dataPieces(image.segments);
  const data: PiecedSection = { id: sectionId.data, pieces };
  const names = nameSection(image.manifest.source, functionNames);
  const carried = relaxed ? [customSection('tessera.relaxed', relaxed.pieces)] : [];
  const carries = relaxed && [relaxedSimd];
  const manifest = customSection('tessera', [manifestBytes(image.manifest, compiled.features, carries)]);
  const all = [...sections, data, names, ...carried, manifest];
  const tooLong = moduleBeyondEngines(moduleBytes(all));
  return tooLong ? { ok: false, diagnostics: [tooLong] } : { ok: true, value: joinSections(all), diagnostics: [] };
}

/** A module without data and custom sections. */
interface LinkedCode {
  readonly sections: readonly PiecedSection[];
  /** By number. */
  readonly functionNames: readonly string[];
  /** The code section that may stand in place of the other, on hosts with relaxed SIMD. */
  readonly relaxed?: PiecedSection;
}

/** All but data and custom sections, with glue around the codelets. */
export function linkCode(compiled: CompiledCodelets, image: Image): LinkedCode {
  const memory = { pages: pagesOf(image), stretches: joinSegments(image.segments).length };
  const { wasm, functionNames } = buildGlue(image, compiled, memory);
  const code = pieced(wasm).filter(({ id }) => id !== sectionId.data);
  const withCodelets = (bodies: readonly Uint8Array[]) => withBodies(code, codeBodies(wasm), bodies);
  const relaxed = compiled.relaxed && withCodelets(compiled.relaxed).find(({ id }) => id === sectionId.code);
  const functions = [...compiled.names, ...functionNames];
  return { sections: withCodelets(compiled.bodies), functionNames: functions, relaxed };
}

function pagesOf(image: Image): number {
  return Math.ceil(image.totalBytes / wasmPageBytes);
}

function tooLarge(image: Image): Diagnostic<Code> {
  const gibibytes = (image.totalBytes / 2 ** 30).toFixed(2);
  return {
    code: 'memory-too-large',
    severity: 'error',
    message: `the plan needs ${gibibytes} GiB, but a wasm memory holds at most ${wasmMemoryLimitBytes / 2 ** 30}`,
    notes: [{ message: `${image.tiles} tiles lie ${image.tileStrideBytes} bytes apart` }],
    help: 'take fewer tiles, or --pack to lay them no further apart than the largest use of any tile',
  };
}

function checkSegments(image: Image): void {
  for (const { address, bytes } of image.segments) {
    const inside = address >= 0 && address + bytes.length <= image.totalBytes;
    assertThat(inside, linkStage.name, 'initial data lies outside the memory', `address ${address}`);
  }
}
