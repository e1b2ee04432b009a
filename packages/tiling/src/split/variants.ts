/** Which variants of a node's work may be chosen. */
import type { Work } from '@tessera-dnn/graph';
import type { RecordOptions } from '@tessera-dnn/graph/kernel';

/** What decides it: how kernels are recorded, and which variants and algorithms are left out: those of these names, or all but the plain sum. */
export interface Choosing {
  readonly recording: RecordOptions;
  readonly without?: ReadonlySet<string>;
  readonly plain?: boolean;
}

/** The work with those variants only that may be chosen: of other algorithms than the plain sum, those whose kernel can run as it is recorded. */
export function choosable(work: Work, { recording, without, plain = false }: Choosing): Work {
  const { specialised, fused, ordered } = recording;
  const runs = specialised && fused && ordered && !plain;
  const variants = work.variants.filter(
    ({ name, algorithm }) =>
      (algorithm === undefined || runs) && !without?.has(name) && (algorithm === undefined || !without?.has(algorithm)),
  );
  return variants.length === work.variants.length ? work : { ...work, variants };
}
