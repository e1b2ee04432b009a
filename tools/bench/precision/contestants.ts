/**
 * One network stored in 32, 16 and 8 bits, ready to run with the same weights, and onnxruntime-web with a model of 8 bits that is made here. Rounded
 * weights compute something else, so what they are held to is how near they come to `f32`.
 */
import type { Contestant } from '../contestant.ts';
import { createOurs, weightsOf } from '../contestants.ts';
import { mobilenetV2, resnet50 } from '../networks/large.ts';
import type { Network } from '../networks/network.ts';
import { dsCnn, mlp, resnet8 } from '../networks/small.ts';
import { foldNorms } from '../onnx/fold.ts';
import { encodeGraph, OnnxGraph } from '../onnx/graph.ts';
import { createPeer, type Data, rangesOf } from '../onnx/peer.ts';
import { quantized, quantizedActivations } from '../onnx/quantize.ts';
import { inEightBits } from './eight-bits.ts';

export const precisionNetworks: readonly Network[] = [resnet50, mobilenetV2, resnet8, dsCnn, mlp].map(network => ({
  ...network,
  name: `precision ${network.name}`,
}));

/** What is compared with `f32`, and what it should reach there. */
export const bars = {
  f16: { timesF32: 0.85, tolerance: 2e-2 },
  bf16: { timesF32: 0.85, tolerance: 1e-1 },
  int8: { timesF32: 2, tolerance: 0.5 },
  'int8, onnxruntime-web': { timesF32: 0, tolerance: 0.5 },
} as const;
export type Narrow = keyof typeof bars;

export interface PrecisionContest {
  readonly f32: Contestant;
  readonly narrow: ReadonlyMap<Narrow, Contestant>;
  readonly multiplyAdds: number;
}

export async function preparePrecisions(network: Network): Promise<PrecisionContest> {
  const { source } = network;
  const weights = weightsOf(network);
  const { contestant: f32, data, shapes } = await createOurs(network, { source, weights });
  const narrow = new Map<Narrow, Contestant>();
  for (const precision of ['f16', 'bf16'] as const) {
    narrow.set(precision, (await createOurs(network, { source, weights, precision })).contestant);
  }
  const eightBits = await inEightBits(network, weights, data, shapes);
  narrow.set('int8', (await createOurs(network, eightBits)).contestant);
  const graph = new OnnxGraph(weights);
  const model = await quantizedModel(network, graph, data);
  narrow.set('int8, onnxruntime-web', await createPeer(model, data));
  return { f32, narrow, multiplyAdds: graph.multiplyAdds };
}

/** The network's ONNX model in 8 bits, with ranges as they are in a run of the model in floats. */
async function quantizedModel(network: Network, graph: OnnxGraph, data: Data): Promise<Uint8Array> {
  const output = network.onnx(graph);
  const folded = foldNorms(graph.content());
  const inputs = new Set(folded.inputs.map(({ name }) => name));
  const watched = quantizedActivations(folded).filter(name => !inputs.has(name));
  const ranges = await rangesOf(
    encodeGraph(
      folded,
      watched.map(name => ({ name })),
    ),
    data,
  );
  return encodeGraph(quantized(folded, ranges), [output]);
}
