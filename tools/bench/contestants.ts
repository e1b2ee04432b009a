/**
 * Makes the contestants ready to run with the same weights: Tessera's artifact for the `host` chip, through the chip package,
 * onnxruntime-web, and LiteRT.js where it can run the network. All are called as a user would call them.
 */
import { load } from '@tessera-dnn/chip';
import { type CompileOptions, compile, frontEnd } from '@tessera-dnn/compiler';
import { type Outcome, render, type Source } from '@tessera-dnn/diagnostics';
import type { StoredTensor } from '@tessera-dnn/formats';
import { parse } from '@tessera-dnn/language';
import { hostChip } from '@tessera-dnn/machine';
import type { Contestant, Peer } from './contestant.ts';
import { litePeer } from './litert/peer.ts';
import type { Network } from './networks/network.ts';
import { OnnxGraph } from './onnx/graph.ts';
import { createPeer, type Data } from './onnx/peer.ts';
import { drawInput, drawWeights } from './weights.ts';

export interface Contest {
  readonly ours: Contestant;
  readonly peers: readonly Peer[];
  /** The number of multiply-adds of one run. */
  readonly multiplyAdds: number;
  /** The outputs of this many runs must agree before the two are timed, up to `tolerance` times the largest number. */
  readonly comparedRuns: number;
  readonly tolerance: number;
}

/** The largest relative difference at which users of PyTorch would still speak of the same answer. */
export const toleratedDifference = 1e-4;

/** All contestants have so many threads. */
export async function prepare(network: Network, threads = 1): Promise<Contest> {
  const weights = weightsOf(network);
  const { contestant: ours, data } = await createOurs(network, { source: network.source, weights, threads });
  const graph = new OnnxGraph(weights);
  const output = network.onnx(graph);
  const onnx = { name: 'onnxruntime-web', contestant: await createPeer(graph.encode([output]), data, threads) };
  const lite = await litePeer(graph, output, data, threads);
  const peers = lite ? [onnx, lite] : [onnx];
  return { ours, peers, multiplyAdds: graph.multiplyAdds, comparedRuns: 1, tolerance: toleratedDifference };
}

export function weightsOf({ source }: Network): ReadonlyMap<string, StoredTensor<'f32'>> {
  return drawWeights(orThrow(frontEnd(source, { ...options, programs: [modelOf(source)] })));
}

const options = { chip: hostChip, math: 'fast' } as const;

/** What is compiled of a network: its own text, or another that computes the same. */
export interface Compiled extends Pick<CompileOptions, 'precision' | 'load' | 'threads'> {
  readonly source: Source;
  readonly weights: ReadonlyMap<string, StoredTensor>;
}

export interface Ours {
  readonly contestant: Contestant;
  /** The input that every contestant gets, and its shapes. */
  readonly data: Data;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** Tessera's artifact. */
export async function createOurs({ integersBelow }: Network, { source, ...more }: Compiled): Promise<Ours> {
  const program = modelOf(source);
  const start = performance.now();
  const { bytes } = orThrow(compile(source, { ...options, ...more, programs: [program] }));
  const chip = await load(bytes, { threads: more.threads ?? 1 });
  const createMilliseconds = performance.now() - start;
  const { inputs, outputs } = chip.programs[program];
  const data: Data = Object.fromEntries(inputs.map(({ name, bytes }) => [name, drawInput(bytes / 4, integersBelow)]));
  const contestant: Contestant = {
    run: () => chip.run(program, data)[outputs[0].name] as Float32Array,
    shippedBytes: bytes.length,
    memoryBytes: () => chip.chip.memory.buffer.byteLength,
    createMilliseconds,
  };
  return { contestant, data, shapes: new Map(inputs.map(({ name, shape }) => [name, shape])) };
}

/** The first model of a text. */
function modelOf(source: Source): string {
  return parse(source).file.items.flatMap(item => (item.kind === 'model' ? [item.name.text] : []))[0];
}

/** The largest difference divided by the largest number; infinite if either array has NaN or infinity. */
export function relativeDifference(ours: Float32Array, theirs: Float32Array): number {
  const differences = ours.map((value, i) => Math.abs(value - theirs[i]));
  if (ours.length !== theirs.length || !differences.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
  const largest = (values: Float32Array) => values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return largest(differences) / largest(theirs);
}

export function orThrow<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(outcome.diagnostics.map(diagnostic => render(diagnostic)).join('\n'));
}
