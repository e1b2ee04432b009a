/** The back end's last steps, from a plan to the artifact's bytes; apart from `compile` for those who look at the plan as well. */
import type { Outcome } from '@tessera/diagnostics';
import type { Manifest } from '@tessera/machine';
import { buildImage, type MemoryReport } from '@tessera/tiling';
import { emitText, link } from '@tessera/wasm';
import { memoryTooLarge } from './memory-too-large.ts';
import type { CompileOptions } from './options.ts';
import type { Plan } from './plan.ts';

export interface Artifact {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly manifest: Manifest;
  readonly report: MemoryReport;
}

/** Builds the image of a plan and links it. Fails, with a diagnostic, where it needs more memory than wasm can address. */
export function assemble(plan: Plan, options: Pick<CompileOptions, 'after'> = {}): Outcome<Artifact> {
  const { source, chip, math, tiles, codelets, placement, report } = plan;
  const tooLarge = memoryTooLarge(plan);
  if (tooLarge.length > 0) return { ok: false, diagnostics: tooLarge };
  const image = buildImage(tiles, placement, chip, {
    source: fileName(source.name),
    math,
    features: codelets.features,
  });
  const linked = link(codelets, image);
  if (!linked.ok) return linked;
  options.after?.('link', () => emitText(codelets, image));
  return { ...linked, value: { bytes: linked.value, manifest: image.manifest, report } };
}

/** Without its folder: an artifact is the same wherever its source lies. */
function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
