/** TileProgram + Placement → Image: tables as bytes, contents of residents, and the manifest. */
import { InternalError } from '@tessera-dnn/diagnostics';
import { elementBytes, tensorBytes } from '@tessera-dnn/graph';
import {
  ByteWriter,
  type ChipSpec,
  type Image,
  type ImageProgram,
  type Manifest,
  type ManifestProgram,
  type ManifestTensor,
  tableFormat,
} from '@tessera-dnn/machine';
import type { Placement } from '../place/place.ts';
import { tileTables, transferTableBytes, writeTransferTable } from '../place/tile-tables.ts';
import {
  addressedSlots,
  type BufferId,
  type HostTensor,
  type Phase,
  type TiledProgram,
  type TileProgram,
  type TransferStep,
} from '../program.ts';
import { phaseCycles } from '../report/phase-cycles.ts';
import { storedNumbers, writeCell } from './contents.ts';

export interface ImageOptions {
  readonly source: string;
  readonly math: 'fast' | 'strict';
  readonly features: readonly string[];
}

type Segment = Image['segments'][number];

/** Puts the image together; the offsets of `placement` are believed, which its referee can check beforehand. */
export function buildImage(program: TileProgram, placement: Placement, chip: ChipSpec, options: ImageOptions): Image {
  const { tileStrideBytes, tableOffset, tables, transferTable, preparedFlag, threads, totalBytes } = placement;
  const manifest = buildManifest(program, placement, chip, options);
  const ofTiles = tileTables({ program, ...placement }, tables);
  const segments: readonly Segment[] = [
    ...ofTiles.map((bytes, tile) => ({ address: tile * tileStrideBytes + tableOffset, bytes })),
    ...residentSegments(program, placement),
    { address: transferTable, bytes: transferTableOf(program, placement) },
    ...(threads ? [{ address: threads.chunks, bytes: threads.chunksOf }] : []),
  ];
  return {
    manifest,
    ...(threads && { threads: { count: threads.count, control: threads.control, chunks: threads.chunks } }),
    tiles: program.tiles,
    workers: chip.workers,
    tileStrideBytes,
    totalBytes,
    tables: {
      offset: tableOffset,
      unitBytes: tables.unitBytes,
      numberBytes: tableFormat.numberBytes(program.codes.length),
    },
    programs: program.programs.map(imageProgram),
    prepare: imageProgram(program.prepare),
    seedAddress: placement.offsets[program.seed][0],
    preparedFlag,
    transfers: { table: transferTable, count: program.variables.length },
    segments,
    phases: program.phases.map(phase => ({
      name: phase.name,
      slots: phase.kind === 'compute' ? addressedSlots(phase).length : 0,
      ...scratchOf(phase, program, chip, threads?.count),
    })),
  };
}

/** The scratch memory that each thread has in a phase whose vertex they divide: its buffer has it for all of them. */
function scratchOf(
  phase: Phase,
  { buffers }: TileProgram,
  { tiles, workers }: ChipSpec,
  threads: number | undefined,
): { readonly scratchBytes?: number } {
  if (threads === undefined || tiles * workers > 1 || phase.kind !== 'compute' || phase.scratch === undefined)
    return {};
  return { scratchBytes: buffers[phase.scratch].bytes[0] / threads };
}

function imageProgram(program: TiledProgram): ImageProgram {
  return { name: program.name, firstPhase: program.firstPhase, phases: program.phases, invalidates: program.updates };
}

function addressOf(program: TileProgram, placement: Placement, buffer: BufferId, tile: number, offset: number): number {
  if (program.buffers[buffer].kind === 'host') return placement.offsets[buffer][0] + offset;
  return tile * placement.tileStrideBytes + placement.offsets[buffer][tile] + offset;
}

/** The host's lists for reading, writing and initialising variables. */
function transferTableOf(program: TileProgram, placement: Placement): Uint8Array {
  const bytes = new Uint8Array(transferTableBytes(program));
  const address = ({ buffer, tile, offset }: TransferStep['slots'][number]) =>
    addressOf(program, placement, buffer, tile, offset);
  writeTransferTable(program, placement.transferTable, address, new ByteWriter(bytes));
  return bytes;
}

function residentSegments(program: TileProgram, placement: Placement): Segment[] {
  const segments: Segment[] = [];
  for (const { buffer, type, cells, data } of program.contents) {
    const numbers = storedNumbers(type, data);
    for (const cell of cells) {
      const host = program.buffers[buffer].kind === 'host';
      const size = host
        ? Math.max(tensorBytes(type), elementBytes[type.element])
        : program.buffers[buffer].bytes[cell.tile];
      const bytes = new Uint8Array(size);
      writeCell(type, cell, numbers, bytes);
      segments.push({ address: addressOf(program, placement, buffer, cell.tile, 0), bytes });
    }
  }
  return segments;
}

function buildManifest(program: TileProgram, placement: Placement, chip: ChipSpec, options: ImageOptions): Manifest {
  const cycles = phaseCycles(program, chip);
  const names = program.phases.map(phase => phase.name);
  const tensor = ({ name, type, buffer }: HostTensor): ManifestTensor => ({
    name,
    type: type.element,
    shape: type.shape,
    address: placement.offsets[buffer][0],
    bytes: tensorBytes(type),
  });
  const entry = (p: TiledProgram, index: number): ManifestProgram => ({
    index,
    kind: p.kind === 'train' ? 'train' : 'model',
    phases: program.prepare.phases + p.phases,
    phaseNames: [program.prepare, p].flatMap(run => names.slice(run.firstPhase, run.firstPhase + run.phases)),
    cycles: cycles.slice(p.firstPhase, p.firstPhase + p.phases).reduce((a, b) => a + b, 0),
    inputs: p.inputs.map(tensor),
    outputs: p.outputs.map(tensor),
  });
  if (program.classes.some(c => !Number.isFinite(c.cycles)))
    throw new InternalError('image', 'a class without a cycle count');
  return {
    format: 'tessera',
    version: 1,
    source: options.source,
    chip,
    math: options.math,
    features: options.features,
    ...(placement.threads && { threads: placement.threads.count }),
    memory: {
      totalBytes: placement.totalBytes,
      tileStrideBytes: placement.tileStrideBytes,
      host: {
        address: placement.hostAddress,
        bytes: placement.totalBytes - placement.hostAddress,
        transfer: placement.offsets[program.transfer][0],
      },
      ...(placement.threads && { threads: placement.threads.control }),
    },
    programs: Object.fromEntries(program.programs.map((p, index) => [p.name, entry(p, index)])),
    variables: program.variables.map(({ index, path, kind, type, embedded, copyOf }) => ({
      index,
      path,
      kind,
      type: type.element,
      shape: type.shape,
      embedded,
      ...(copyOf !== undefined && { copyOf }),
    })),
  };
}
