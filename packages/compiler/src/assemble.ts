/** The back half's last step, from a plan to the artifact; apart from `compile` for those who look at the plan as well. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { Manifest } from '@tessera-dnn/machine';
import type { MemoryReport } from '@tessera-dnn/tiling';
import { link } from './back-half/link.ts';
import { tell } from './back-half/step.ts';
import { memoryTooLarge } from './memory-too-large.ts';
import type { CompileOptions } from './options.ts';
import type { Plan } from './plan.ts';

export interface Artifact {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly manifest: Manifest;
  /** The file of weights that the manifest names. */
  readonly beside?: Uint8Array;
  readonly report: MemoryReport;
}

/** Builds the image of a plan and links it. Fails, with a diagnostic, where it needs more memory than its back end can address. */
export function assemble(plan: Plan, { after }: Pick<CompileOptions, 'after'> = {}): Outcome<Artifact> {
  const tooLarge = memoryTooLarge(plan);
  if (tooLarge.length > 0) return { ok: false, diagnostics: tooLarge };
  const linked = link.run(plan);
  if (!linked.ok) return linked;
  tell(link, linked.value, plan, after);
  const { bytes, image, beside } = linked.value;
  const value = { bytes, manifest: image.manifest, report: plan.report, ...(beside && { beside }) };
  return { ...linked, value };
}
