/** Runs `model.dnn` in the same way in Node and in a browser. */
import { load } from '@tessera-dnn/chip';

/** The ten outputs for each of two made-up images. */
export async function runModel(bytes: Uint8Array | ArrayBuffer): Promise<readonly number[]> {
  const chip = await load(bytes);
  const image = Float32Array.from({ length: 2 * 144 }, (_, i) => ((i * 37) % 101) / 101);
  return [...(chip.run('digits', { image }).output as Float32Array)];
}
