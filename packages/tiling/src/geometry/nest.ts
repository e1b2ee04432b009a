/**
 * Copy nests: the loops that carry the elements of a box from one strided place to another.
 *
 * Along a blocked axis the address is not affine in the index, so such an axis is cut into segments in which it is: whole blocks as a
 * pair of loops, ragged ends one by one. Neighbouring loops that together walk straight on are merged, so a dense copy is one run.
 */
import { type Box, blockAlong } from '@tessera-dnn/graph';
import type { CellView } from './home.ts';

/** A loop of `count` turns, each of which goes so many bytes on in the source and in the target. */
export interface NestLoop {
  readonly count: number;
  readonly from: number;
  readonly to: number;
  /** How many tiles each turn goes on in the source, beside the bytes. */
  readonly tiles?: number;
}

/** A copy: byte offsets of its first elements and its loops. */
export interface Nest {
  readonly from: number;
  readonly to: number;
  readonly loops: readonly NestLoop[];
  readonly elements: number;
}

/** A part of a copy under construction. */
interface Segment {
  from: number;
  to: number;
  readonly loops: NestLoop[];
  elements: number;
}

/**
 * The copies that bring the elements of `region` (coordinates of the tensor, steps allowed) which lie in `source`'s cell into `target`,
 * whose axis positions count region elements: element `region.start + i * step` lies at position i. Offsets and strides in bytes.
 */
export function copyNests(region: Box, source: CellView, target: CellView, bytes: number): Nest[] {
  let partial: Segment[] = [{ from: source.offset, to: target.offset, loops: [], elements: 1 }];
  for (let axis = 0; axis < region.start.length; axis++) {
    const range = intersect(region, source.box, axis);
    if (range.count <= 0) return [];
    const segments = axisSegments(axis, range, region.step[axis], source, target);
    // Nearly always one: what is there is then added to, as a plan for many tiles has millions of nests.
    if (segments.length === 1) for (const p of partial) extend(p, segments[0]);
    else partial = partial.flatMap(p => segments.map(s => extend({ ...p, loops: [...p.loops] }, s)));
  }
  return partial.map(p => ({
    from: p.from * bytes,
    to: p.to * bytes,
    loops: normalise(p.loops.map(l => ({ count: l.count, from: l.from * bytes, to: l.to * bytes }))),
    elements: p.elements,
  }));
}

function extend(segment: Segment, along: Segment): Segment {
  segment.from += along.from;
  segment.to += along.to;
  segment.elements *= along.elements;
  for (const loop of along.loops) if (loop.count > 1) segment.loops.push(loop);
  return segment;
}

/** The positions of `region` along `axis` that fall into `cell`: how many, the first, and where in the cell it lies. */
function intersect(region: Box, cell: Box, axis: number): { count: number; first: number; inCell: number } {
  const { start, step, count } = { start: region.start[axis], step: region.step[axis], count: region.count[axis] };
  const first = Math.max(0, Math.ceil((cell.start[axis] - start) / step));
  const end = Math.min(count, Math.floor((cell.start[axis] + cell.count[axis] - 1 - start) / step) + 1);
  return { count: end - first, first, inCell: start + first * step - cell.start[axis] };
}

function axisSegments(
  axis: number,
  range: { readonly count: number; readonly first: number; readonly inCell: number },
  step: number,
  source: CellView,
  target: CellView,
): Segment[] {
  const from = blockAlong(source.block, axis);
  const to = blockAlong(target.block, axis);
  const [fromBlock, toBlock] = [from?.size ?? 0, to?.size ?? 0];
  const fromStride = source.strides[axis];
  const toStride = target.strides[axis];
  if (!fromBlock && !toBlock) {
    const loops = [{ count: range.count, from: step * fromStride, to: toStride }];
    return [{ from: range.inCell * fromStride, to: range.first * toStride, loops, elements: range.count }];
  }
  const size = Math.max(fromBlock, toBlock);
  const at = (position: number, stride: number, block: typeof from) =>
    block ? Math.floor(position / block.size) * stride + (position % block.size) * block.step : position * stride;
  const inner = { count: size, from: step * (from?.step ?? fromStride), to: to?.step ?? toStride };
  const segments: Segment[] = [];
  let done = 0;
  while (done < range.count) {
    const s = range.inCell + done * step;
    const t = range.first + done;
    const first = { from: at(s, fromStride, from), to: at(t, toStride, to) };
    const whole = step === 1 && (!fromBlock || s % fromBlock === 0) && (!toBlock || t % toBlock === 0);
    const blocks =
      whole && (!fromBlock || !toBlock || fromBlock === toBlock) ? Math.floor((range.count - done) / size) : 0;
    if (blocks > 0) {
      const outer = {
        count: blocks,
        from: fromBlock ? fromStride : size * fromStride,
        to: toBlock ? toStride : size * toStride,
      };
      segments.push({ ...first, loops: [outer, inner], elements: blocks * size });
      done += blocks * size;
      continue;
    }
    const left = Math.min(
      range.count - done,
      fromBlock ? Math.ceil((fromBlock - (s % fromBlock)) / step) : range.count,
      toBlock ? toBlock - (t % toBlock) : range.count,
    );
    segments.push({ ...first, loops: [{ ...inner, count: left }], elements: left });
    done += left;
  }
  return segments;
}

/** Drops single turns, orders the loops by their stride on the written side, and merges those that walk straight on. */
export function normalise(loops: readonly NestLoop[]): NestLoop[] {
  const sorted = loops.filter(l => l.count > 1).sort((a, b) => Math.abs(b.to) - Math.abs(a.to));
  const merged: NestLoop[] = [];
  for (const loop of sorted) {
    const outer = merged.at(-1);
    if (outer && outer.from === loop.from * loop.count && outer.to === loop.to * loop.count) {
      merged[merged.length - 1] = { count: outer.count * loop.count, from: loop.from, to: loop.to };
    } else merged.push(loop);
  }
  return merged;
}
