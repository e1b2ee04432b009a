/**
 * The transposed convolution as planes, one for each pair of residue classes (see `residues.ts`): each is a convolution of stride 1 that
 * stores every s-th pixel. In the code the classes are the turns of a loop, in which the turn selects the numbers of the class.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { KernelBuilder, KernelValue, Operand } from '@tessera-dnn/graph/kernel';
import { vectorOf } from '@tessera-dnn/graph/kernel';
import type { Sink, Vertex } from '@tessera-dnn/graph/op';
import { axisRange, interior } from '../../define/window.ts';
import type { Columns } from '../../plane/cut.ts';
import { cutLine, pixelGroup } from '../../plane/cut.ts';
import { emitPlane } from '../../plane/emit.ts';
import type { PlaneAxis, TileRun } from '../../plane/plane.ts';
import { batchAxis, numberOf, singleRow } from '../../plane/plane.ts';
import { bytesOf, numberElement, startBytes, strideBytes } from '../../plane/views.ts';
import { spaceAxes, spatialRank } from '../conv/convolution.ts';
import { residentBytes, weightBytes } from '../conv/direct.ts';
import type { ConvTransposeAttributes } from './attributes.ts';
import type { Residue } from './residues.ts';
import { residues, scatterAxis } from './residues.ts';
import { uniformKernel } from './uniform.ts';

/** Whether the box has whole groups, or a part of one that begins with a block of weights. */
export function suitsGather(vertex: Vertex<ConvTransposeAttributes>): boolean {
  const [x, weight] = vertex.operands;
  const { block } = weight.layout;
  const groups = groupsOf(vertex);
  if (groups === undefined || x.layout.block !== undefined || block?.axis !== 1) return false;
  return weight.region.step[1] === 1 && (groups.output - weight.region.start[1]) % block.size === 0;
}

/** The groups of a box, and the output channels `[output, output + outputs)` that it has of each. */
interface OutputGroups {
  readonly first: number;
  readonly count: number;
  readonly output: number;
  readonly outputs: number;
}

/** The groups; `undefined` if the box has several and cuts through one. */
function groupsOf({ context, box }: Vertex<ConvTransposeAttributes>): OutputGroups | undefined {
  const perGroup = context.operands[1].shape[1];
  const [start, count] = [box.start[1], box.count[1]];
  const first = Math.floor(start / perGroup);
  if (start + count <= (first + 1) * perGroup) {
    return { first, count: 1, output: start - first * perGroup, outputs: count };
  }
  if (start % perGroup !== 0 || count % perGroup !== 0) return undefined;
  return { first, count: count / perGroup, output: 0, outputs: perGroup };
}

/** Writes the whole kernel of a vertex that `suitsGather`. */
export function gatherKernel(k: KernelBuilder, vertex: Vertex<ConvTransposeAttributes>): void {
  if (k.specialised || k.ordered || vertex.context.attributes.groups > 1) planesKernel(k, vertex);
  else uniformKernel(k, vertex);
}

function planesKernel(k: KernelBuilder, vertex: Vertex<ConvTransposeAttributes>): void {
  const { context, box, operands } = vertex;
  const [x, weight] = operands;
  const rank = spatialRank(context.operands);
  const axes = spaceAxes(rank);
  const groups = groupsOf(vertex);
  if (groups === undefined) throw new InternalError('kernel', 'a box cuts through a group');
  const inner = context.operands[0].shape[1] / context.attributes.groups;
  const channel = groups.first * inner + box.start[axes.channels];
  const size = weight.layout.block?.size ?? 8;
  const type = numberElement(context.result.element);
  const columns: Columns = {
    blocks: Math.ceil(groups.outputs / size),
    vectors: size / 4,
    joint: true,
    fused: k.fused && type === 'f32',
  };
  const classes = axes.spatial.map((_, i) => classesOf(k, vertex, i, columns));
  const start = [channel, groups.output, ...weight.region.start.slice(2)];
  const shared = {
    type: vectorOf(type),
    outer: [batchAxis(k, box.count[0], strideBytes(x, 0))],
    channels: channelsOf(k, vertex, size),
    blocks: {
      count: columns.blocks,
      vectors: columns.vectors,
      pixelGroup: pixelGroup(columns),
      bytes: k.field(strideBytes(weight, 1)),
      laneBytes: bytesOf(weight),
      channels: groups.outputs,
      axis: 1,
      first: 0,
    },
    merged: false,
    blocksFirst: weightBytes(weight) > residentBytes,
    input: startBytes(k, 0, x, [box.start[0], channel, ...x.region.start.slice(2)]),
  };
  const weights = startBytes(k, 1, weight, start);
  const plane = (group: Operand, rows: ResidueClass | undefined, line: ResidueClass): void => {
    const from = k.add(rows ? k.add(weights, rows.weightStart) : weights, line.weightStart);
    emitPlane(k, shifted(k, vertex.sink, k.mul(group, numberOf(k, groups.outputs))), {
      ...shared,
      rows: rows?.axis ?? singleRow(),
      columns: line.axis,
      input: k.add(shared.input, k.mul(group, k.field(inner * strideBytes(x, 1)))),
      weights: k.add(from, k.mul(group, k.field(inner * strideBytes(weight, 0)))),
    });
  };
  const line = classes[rank - 1];
  const all = (group: Operand): void => {
    if (rank === 1) k.loop(0, line.count, c => plane(group, undefined, line.at(c)));
    else k.loop(0, classes[0].count, r => k.loop(0, line.count, c => plane(group, classes[0].at(r), line.at(c))));
  };
  if (groups.count === 1) all(0);
  else k.loop(0, k.field(groups.count), all);
}

/** A sink whose channel 0 is `channel` of the given one. */
function shifted(k: KernelBuilder, sink: Sink, channel: Operand): Sink {
  if (channel === 0) return sink;
  return { ...sink, at: ([n, c, ...place]) => sink.at([n, k.add(c, channel), ...place]) };
}

function channelsOf(
  k: KernelBuilder,
  { context, box, operands: [x, weight] }: Vertex<ConvTransposeAttributes>,
  size: number,
) {
  const channelBytes = strideBytes(x, 1);
  const innerBytes = strideBytes(weight, 0);
  return {
    count: numberOf(k, box.count[spaceAxes(spatialRank(context.operands)).channels]),
    inputBytes: channelBytes === bytesOf(x) ? channelBytes : k.field(channelBytes),
    weightBytes: innerBytes === bytesOf(weight) * size ? innerBytes : k.field(innerBytes),
  };
}

/** One residue class of an axis, with its numbers in registers. */
interface ResidueClass {
  readonly axis: PlaneAxis;
  /** Bytes of weights to the first tap. */
  readonly weightStart: Operand;
}

interface AxisClasses {
  readonly count: number;
  readonly at: (index: KernelValue) => ResidueClass;
}

function classesOf(
  k: KernelBuilder,
  { context, box, operands: [x, weight] }: Vertex<ConvTransposeAttributes>,
  i: number,
  columns: Columns,
): AxisClasses {
  const axes = spaceAxes(spatialRank(context.operands));
  const all = residues(
    scatterAxis(context.operands, context.attributes, i),
    axisRange(box, axes.spatial[i]),
    axisRange(box, axes.taps[i]),
    axisRange(x.region, 2 + i),
  );
  const inputBytes = strideBytes(x, 2 + i);
  const tapBytes = strideBytes(weight, 2 + i);
  const insides = all.map(({ walk }) => (walk.taps === 0 ? ([0, walk.results] as const) : interior(walk)));
  const clipped = all.some(({ walk }, r) => insides[r][1] - insides[r][0] < walk.results);
  return {
    count: all.length,
    at: index => {
      const number = (of: (residue: Residue, r: number) => number): Operand => numberByClass(k, index, all.map(of));
      const inside = (r: number): number => insides[r][1] - insides[r][0];
      const lowest = number((_, r) => insides[r][0]);
      return {
        weightStart: number(({ tap }) => (tap - weight.region.start[2 + i]) * tapBytes),
        axis: {
          count: number(({ walk }) => walk.results),
          taps: number(({ walk }) => walk.taps),
          firstBytes: number(({ walk }) => walk.first * inputBytes),
          across: numberOf(k, inputBytes),
          acrossBytes: inputBytes,
          alongBytes: number(({ walk }) => walk.along * inputBytes),
          weightBytes: number(({ tapStep }) => tapStep * tapBytes),
          clip: clipped
            ? {
                first: number(({ walk }) => walk.first),
                across: 1,
                along: number(({ walk }) => walk.along),
                extent: numberOf(k, all[0].walk.extent),
              }
            : undefined,
          interior: tileRuns(
            k,
            lowest,
            all.map((_, r) => inside(r)),
            columns,
            number,
          ),
          border: clipped
            ? {
                count: number(({ walk }, r) => walk.results - inside(r)),
                low: lowest,
                skip: number((_, r) => inside(r)),
              }
            : undefined,
          result: { axis: 2 + i, start: all.length === 1 ? 0 : index, step: context.attributes.stride[i] },
          lines: box.count[2 + i],
        },
      };
    },
  };
}

/**
 * Tiles for the interiors of all classes of an axis. If all have the same length, they are cut best; if not, into tiles of one width and
 * single pixels.
 */
function tileRuns(
  k: KernelBuilder,
  first: Operand,
  lengths: readonly number[],
  columns: Columns,
  number: (of: (residue: Residue, r: number) => number) => Operand,
): readonly TileRun[] {
  if (lengths.every(length => length === lengths[0])) {
    let at = 0;
    return cutLine(lengths[0], columns).map(({ width, tiles, group }) => {
      const run = { first: k.add(first, at), tiles: numberOf(k, tiles), width, group };
      at += width * tiles;
      return run;
    });
  }
  const rest = (width: number): number => lengths.reduce((sum, length) => sum + (length % width), 0);
  const widths = [6, 5, 4];
  const width = widths.reduce((best, candidate) => (rest(candidate) < rest(best) ? candidate : best));
  const tiles = number((_, r) => Math.floor(lengths[r] / width));
  const single = { width: 1, group: pixelGroup(columns) };
  return [
    { first, tiles, width, group: 1 },
    { first: k.add(first, k.mul(tiles, width)), tiles: number((_, r) => lengths[r] % width), ...single },
  ];
}

/** A number of the class with this index: one field if it is the same for all classes, otherwise a selection among fields. */
function numberByClass(k: KernelBuilder, index: KernelValue, values: readonly number[]): Operand {
  if (values.every(value => value === values[0])) return numberOf(k, values[0]);
  return values
    .slice(1)
    .reduce<KernelValue>(
      (chosen, value, r) => k.select(k.eq(index, r + 1), k.field(value), chosen),
      k.field(values[0]),
    );
}
