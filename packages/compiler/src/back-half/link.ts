/** A plan to the artifact's bytes, by way of the image. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { type Image, linkStage } from '@tessera-dnn/machine';
import { buildImage } from '@tessera-dnn/tiling';
import { besideFile } from '../beside.ts';
import type { Plan } from '../plan.ts';
import type { Step } from './step.ts';

export interface Linked {
  readonly image: Image;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly beside?: Uint8Array;
}

export const link: Step<Plan, Linked, Outcome<Linked>> = {
  ...linkStage,
  run: ({ source, chip, math, tiles, codelets, placement, beside }) => {
    const { features } = codelets;
    const file = beside && besideFile(beside);
    const built = buildImage(tiles, placement, chip, { source: fileName(source.name), math, features });
    const image = file ? { ...built, manifest: { ...built.manifest, weights: file.weights } } : built;
    const linked = codelets.link(image);
    return linked.ok ? { ...linked, value: { image, bytes: linked.value, beside: file?.bytes } } : linked;
  },
  print: ({ image }, { codelets }) => codelets.print(image),
};

/** Without its folder: an artifact is the same wherever its source lies. */
function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
