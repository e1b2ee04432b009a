/**
 * The transposed convolution of one group where code takes a tile's memory. With stride 1 it is a convolution whose taps run backwards,
 * and has the code of one. Else each pair of residue classes (see `residues.ts`) is a turn of two loops, its numbers chosen by the turn.
 */
import type { KernelBuilder, KernelValue, Vertex } from '@tessera/graph';
import { axisRange, interior } from '../../define/window.ts';
import { emitUniform, singleUniform, type UniformAxis } from '../../plane/uniform.ts';
import { distanceBytes, registerType, strideBytes } from '../../plane/views.ts';
import { spaceAxes, spatialRank } from '../conv/convolution.ts';
import { type UniformConvolution, uniformConvolution, uniformParts } from '../uniform.ts';
import type { ConvTransposeAttributes } from './conv-transpose.ts';
import type { Residue } from './residues.ts';
import { residues, scatterAxis } from './residues.ts';

export function uniformKernel(k: KernelBuilder, vertex: Vertex<ConvTransposeAttributes>): void {
  const { context, box, operands, sink } = vertex;
  const [x, weight] = operands;
  const rank = spatialRank(context.operands);
  const { channels } = spaceAxes(rank);
  const [channel, count] = [box.start[channels], box.count[channels]];
  const convolution: UniformConvolution = {
    sink,
    element: registerType(context.result.element),
    x,
    weight,
    outputs: 1,
    inner: 0,
    count: { batch: box.count[0], outputs: box.count[1], channels: count },
    inputBytes: distanceBytes(x, [box.start[0], channel, ...x.region.start.slice(2)]),
    weightBytes: distanceBytes(weight, [channel, box.start[1], ...weight.region.start.slice(2)]),
  };
  const classes = Array.from({ length: rank }, (_, i) => classesOf(vertex, i));
  if (context.attributes.stride.every(stride => stride === 1)) oneClass(k, convolution, classes);
  else allClasses(k, convolution, classes);
}

/** The residue classes of a spatial axis. */
interface Classes {
  readonly all: readonly Residue[];
  readonly stride: number;
  readonly inputBytes: number;
  readonly tapBytes: number;
  /** The first tap in memory. */
  readonly firstTap: number;
  readonly result: number;
}

function classesOf({ context, box, operands: [x, weight] }: Vertex<ConvTransposeAttributes>, i: number): Classes {
  const axes = spaceAxes(spatialRank(context.operands));
  const [results, taps] = [axisRange(box, axes.spatial[i]), axisRange(box, axes.taps[i])];
  return {
    all: residues(scatterAxis(context.operands, context.attributes, i), results, taps, axisRange(x.region, 2 + i)),
    stride: context.attributes.stride[i],
    inputBytes: strideBytes(x, 2 + i),
    tapBytes: strideBytes(weight, 2 + i),
    firstTap: weight.region.start[2 + i],
    result: 2 + i,
  };
}

function oneClass(k: KernelBuilder, convolution: UniformConvolution, classes: readonly Classes[]): void {
  const weightBytes = classes.reduce(
    (bytes, { all: [{ tap }], firstTap, tapBytes }) => bytes + (tap - firstTap) * tapBytes,
    convolution.weightBytes,
  );
  uniformConvolution(
    k,
    { ...convolution, weightBytes },
    classes.map(({ all: [{ walk, tapStep }], inputBytes, tapBytes, result }) => ({
      walk,
      inputBytes,
      weightBytes: tapStep * tapBytes,
      result,
    })),
  );
}

/** One residue class of an axis, its numbers in registers. */
interface AxisClass {
  readonly axis: UniformAxis;
  /** Bytes to index 0, tap 0. */
  readonly inputStart: KernelValue;
  readonly weightStart: KernelValue;
}

function allClasses(k: KernelBuilder, convolution: UniformConvolution, classes: readonly Classes[]): void {
  const parts = uniformParts(k, convolution, false);
  const input = k.add(k.address(0), k.field(convolution.inputBytes));
  const weights = k.add(k.address(1), k.field(convolution.weightBytes));
  const plane = (chosen: readonly AxisClass[]): void =>
    emitUniform(k, convolution.sink, {
      ...parts,
      rows: chosen.length === 2 ? chosen[0].axis : singleUniform(-1),
      columns: chosen[chosen.length - 1].axis,
      input: chosen.reduce((at, { inputStart }) => k.add(at, inputStart), input),
      weights: chosen.reduce((at, { weightStart }) => k.add(at, weightStart), weights),
    });
  const axes = classes.map(axis => classAt(k, axis));
  const loops = (chosen: readonly AxisClass[]): void => {
    const i = chosen.length;
    if (i === classes.length) plane(chosen);
    else k.loop(0, k.field(classes[i].all.length), turn => loops([...chosen, axes[i](turn)]));
  };
  loops([]);
}

/** The class of a turn; classes without results are never asked for. */
function classAt(k: KernelBuilder, { all, stride, inputBytes, tapBytes, firstTap, result }: Classes) {
  const [{ walk: any }] = all.toSorted((a, b) => b.walk.taps - a.walk.taps);
  const step = k.field(inputBytes);
  const shared = {
    acrossBytes: step,
    inputBytes: k.field(any.along * inputBytes),
    weightBytes: k.field(all[0].tapStep * tapBytes),
    extent: k.field(any.extent),
  };
  const fields = (of: (residue: Residue) => number): readonly KernelValue[] =>
    Array.from({ length: stride }, (_, r) => k.field(r < all.length ? of(all[r]) : 0));
  const inside = ({ walk }: Residue) => (walk.taps === 0 ? ([0, walk.results] as const) : interior(walk));
  const numbers = {
    count: fields(({ walk }) => walk.results),
    taps: fields(({ walk }) => walk.taps),
    first: fields(({ walk }) => walk.first),
    from: fields(residue => inside(residue)[0]),
    inside: fields(residue => inside(residue)[1] - inside(residue)[0]),
    weightStart: fields(({ tap }) => (tap - firstTap) * tapBytes),
  };
  return (turn: KernelValue): AxisClass => {
    const choose = (values: readonly KernelValue[]): KernelValue =>
      values.slice(1).reduce((chosen, value, r) => k.select(k.eq(turn, r + 1), value, chosen), values[0]);
    const first = choose(numbers.first);
    const window = {
      taps: choose(numbers.taps),
      clip: { first, across: 1, along: any.along <= 1 ? any.along : k.field(any.along), extent: shared.extent },
      inputBytes: shared.inputBytes,
      weightBytes: shared.weightBytes,
    };
    return {
      inputStart: k.mul(first, step),
      weightStart: choose(numbers.weightStart),
      axis: {
        count: choose(numbers.count),
        from: choose(numbers.from),
        inside: choose(numbers.inside),
        acrossBytes: shared.acrossBytes,
        window,
        result: { axis: result, start: turn, step: stride },
      },
    };
  };
}
