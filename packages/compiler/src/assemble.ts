/** The back end's last steps, from a plan to the artifact's bytes; apart from `compile` for those who look at the plan as well. */
import type { Outcome } from '@tessera/diagnostics';
import type { Manifest } from '@tessera/machine';
import { buildImage, type MemoryReport } from '@tessera/tiling';
import { emitText, link } from '@tessera/wasm';
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
  const image = buildImage(tiles, placement, chip, {
    source: fileName(source.name),
    math,
    features: codelets.features,
  });
  if (!image.ok) return image;
  const linked = link(codelets, image.value);
  if (!linked.ok) return linked;
  options.after?.('link', () => emitText(codelets, image.value));
  return { ...linked, value: { bytes: linked.value, manifest: image.value.manifest, report } };
}

/** Without its folder: an artifact is the same wherever its source lies. */
function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
