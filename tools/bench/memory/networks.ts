/** The networks of MLPerf Tiny, stored in 32, 16 and 8 bits, planned for one tile. */
import { readFileSync } from 'node:fs';
import { type CompileOptions, frontEnd, plan, quantize } from '@tessera-dnn/compiler';
import type { Source } from '@tessera-dnn/diagnostics';
import type { StoredTensor } from '@tessera-dnn/formats';
import { elementCount, type Module } from '@tessera-dnn/graph';
import { type ChipSpec, presetNamed } from '@tessera-dnn/machine';
import { orThrow } from '../contestants.ts';
import { drawInput, drawWeights } from '../weights.ts';

export interface SmallNetwork {
  readonly task: string;
  /** The model, and the file in `examples/` if that is called otherwise. */
  readonly program: string;
  readonly file?: string;
  readonly set?: Readonly<Record<string, string>>;
}

export const networks: readonly SmallNetwork[] = [
  { task: 'keyword spotting', program: 'ds_cnn' },
  { task: 'wake words', program: 'mobilenet_v1', set: { width: '8', size: '96', classes: '2' } },
  { task: 'image classification', program: 'resnet8' },
  { task: 'anomaly detection', file: 'autoencoder', program: 'reconstruct' },
];

export const storages = ['f32', 'f16', 'bf16', 'int8'] as const;
export type Storage = (typeof storages)[number];

/** Bytes of the tile. Together they are `total`. */
export interface TileBytes {
  /** What lies between the operations when most of it does, with copies of inputs and parts of sums. */
  readonly activations: number;
  /** What nothing takes at that moment, and what sizes are rounded up by. */
  readonly gaps: number;
  /** Params, states, prepared values and constants. */
  readonly weights: number;
  readonly tables: number;
  readonly code: number;
  readonly total: number;
}

/** One tile as those of the chip `gc2`, with as much memory as it takes. */
const tile: ChipSpec = { ...orThrow(presetNamed('gc2')), name: 'one tile', tiles: 1, sramBytes: 2 ** 24 };

export async function bytesOf(network: SmallNetwork, storage: Storage): Promise<TileBytes> {
  const { source, ...options } = await stored(network, storage);
  const { report } = orThrow(plan(source, { ...options, chip: tile, programs: [network.program], verify: true }));
  const [used] = report.tiles;
  const weights = used.parameters + used.states + used.prepared + used.constants;
  const tables = used.tables + used.exchangeTables;
  const total = report.peakBytes;
  const gaps = used.gaps + used.alignment;
  return { activations: total - gaps - weights - tables - used.code, gaps, weights, tables, code: used.code, total };
}

type Stored = { readonly source: Source } & Pick<CompileOptions, 'set' | 'precision' | 'load' | 'weights'>;

async function stored({ program, file = program, set }: SmallNetwork, storage: Storage): Promise<Stored> {
  const name = `${file}.dnn`;
  const source = { name, text: readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8') };
  if (storage === 'f16' || storage === 'bf16') return { source, set, precision: storage };
  if (storage === 'f32') return { source, set };
  const module = orThrow(frontEnd(source, { set, programs: [program], chip: tile }));
  const options = { set, program, name: 'eight-bits', leastDecibels: 0, inputs: 'levels', outputs: 'levels' } as const;
  const made = orThrow(await quantize(source, { ...options, weights: drawWeights(module), data: inputsOf(module) }));
  return { source: made.sources[0], set, load: path => made.sources.find(({ name }) => name === path) };
}

/** A sample of each input of the only program, drawn. */
function inputsOf({ programs: [{ graph }] }: Module): ReadonlyMap<string, StoredTensor> {
  return new Map(
    graph.inputs.map(({ name, value }): [string, StoredTensor] => {
      const { shape } = graph.nodes[value].type;
      return [name, { element: 'f32', shape, data: Float32Array.from(drawInput(elementCount(shape))) }];
    }),
  );
}
