/** The last step, from a plan to the artifact's bytes; apart from `compile` for those who look at the plan as well. */
import type { Outcome } from '@tessera/diagnostics';
import { link } from '@tessera/wasm';
import type { Artifact, Plan } from './pipeline.ts';

/** Links a plan. Fails, with a diagnostic, where it needs more memory than wasm can address. */
export function assemble({ codelets, image, report }: Plan): Outcome<Artifact> {
  const linked = link(codelets, image);
  return linked.ok ? { ...linked, value: { bytes: linked.value, manifest: image.manifest, report } } : linked;
}
