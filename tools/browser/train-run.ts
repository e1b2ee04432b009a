/** Trains `model.dnn` in the same way in Node and in a browser. */
import { load } from '@tessera-dnn/chip';

export interface Trained {
  readonly losses: readonly number[];
  /** The elements of all params after the last step, one param after the other. */
  readonly weights: readonly number[];
}

/** Eleven made-up images, four epochs, stopped in the middle of the second and resumed on a new chip. */
export async function runTraining(bytes: Uint8Array | ArrayBuffer): Promise<Trained> {
  const image = Float32Array.from({ length: 11 * 144 }, (_, i) => ((i * 37) % 101) / 101);
  const label = Int32Array.from({ length: 11 }, (_, i) => (i * 7) % 10);
  const losses: number[] = [];
  const stop = new AbortController();
  const onStep = ({ step, loss = Number.NaN }: { readonly step: number; readonly loss?: number }): void => {
    losses.push(loss);
    if (step === 7) stop.abort();
  };
  const run = { epochs: 4, seed: 5, onStep };
  const begun = await load(bytes, { seed: 3 });
  const { training } = await begun.train('fit', { image, label }, { ...run, signal: stop.signal });
  const saved = training.checkpoint();
  if (!saved.ok) throw new Error(saved.diagnostics[0].message);
  const chip = await load(bytes);
  await chip.train('fit', { image, label }, { ...run, resume: structuredClone(saved.value) });
  const params = chip.chip.manifest.variables.filter(({ kind }) => kind === 'param');
  return { losses, weights: params.flatMap(({ path }) => [...chip.readVariable(path)]) };
}
