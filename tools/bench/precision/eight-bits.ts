/** A network in 8 bits as `tessera quantize` makes it, with ranges as they are in a run on the benchmark's own input. */
import { quantize } from '@tessera-dnn/compiler';
import type { StoredTensor } from '@tessera-dnn/formats';
import { type Compiled, orThrow } from '../contestants.ts';
import type { Network } from '../networks/network.ts';
import type { Data } from '../onnx/peer.ts';

/** What has to be compiled. `shapes` are those of the inputs. */
export async function inEightBits(
  { source }: Network,
  weights: ReadonlyMap<string, StoredTensor>,
  data: Data,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<Compiled> {
  const samples = Object.entries(data).map(([name, values]): [string, StoredTensor] => {
    const shape = shapes.get(name)!;
    return [
      name,
      values instanceof Int32Array ? { element: 'i32', shape, data: values } : { element: 'f32', shape, data: values },
    ];
  });
  // Weights are drawn, so a layer may lose more than one would accept of a trained one; here all of them are to have 8 bits.
  const options = { weights, data: new Map(samples), name: 'eight-bits', leastDecibels: 0 };
  const { sources, weights: stored } = orThrow(await quantize(source, options));
  return { source: sources[0], load: path => sources.find(({ name }) => name === path), weights: stored };
}
