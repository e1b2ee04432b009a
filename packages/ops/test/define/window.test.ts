/** Compares windows with brute force: which inputs some results and taps need, and which windows lie wholly inside the input. */
import type { TensorType } from '@tessera-dnn/graph';
import { elementBytes } from '@tessera-dnn/graph';
import { describe, expect, it } from 'vitest';
import type { Range, WindowAxis } from '../../src/define/window.ts';
import { interior, rowDistanceBytes, windowExtent, windowRegion, windowWalk } from '../../src/define/window.ts';
import { createPick } from '../../src/index.ts';

const cases = 2000;

interface Instance {
  readonly axis: WindowAxis;
  readonly results: Range;
  readonly taps: Range;
}

function instance(seed: number): Instance | undefined {
  const pick = createPick(seed);
  const axis = {
    input: pick.int(1, 12),
    taps: pick.int(1, 5),
    stride: pick.int(1, 4),
    dilation: pick.int(1, 3),
    low: pick.int(0, 4),
  };
  const extent = windowExtent(axis, pick.int(0, 4));
  if (extent < 1) return undefined;
  const part = (count: number): Range => {
    const start = pick.int(0, count - 1);
    return { start, count: pick.int(1, count - start), step: 1 };
  };
  return { axis, results: part(extent), taps: part(axis.taps) };
}

/** For each result, the position of the input that each tap reads; in padding, these are outside of the input. */
function reads({ axis, results, taps }: Instance): readonly (readonly number[])[] {
  return Array.from({ length: results.count }, (_, o) =>
    Array.from({ length: taps.count }, (__, t) => {
      return (results.start + o) * axis.stride - axis.low + (taps.start + t) * axis.dilation;
    }),
  );
}

const instances = Array.from({ length: cases }, (_, seed) => instance(seed)).filter(each => each !== undefined);

describe('windows', () => {
  it('need a region that holds every input they read, from the first to the last of them', () => {
    for (const each of instances) {
      const needed = reads(each)
        .flat()
        .filter(at => at >= 0 && at < each.axis.input);
      const region = windowRegion(each.axis, each.results, each.taps);
      const held = Array.from({ length: region.count }, (_, i) => region.start + i * region.step);
      if (needed.length === 0) expect(region.count).toBe(1);
      else expect([held[0], held[held.length - 1]]).toEqual([Math.min(...needed), Math.max(...needed)]);
      for (const at of needed) expect(held).toContain(at);
      for (const at of held) expect(at >= 0 && at < each.axis.input).toBe(true);
    }
  });

  it('need every stride-th input only where the kernel has one tap', () => {
    const axis = { input: 20, taps: 1, stride: 3, dilation: 1, low: 1 };
    const results = { start: 0, count: 7, step: 1 };
    expect(windowRegion(axis, results, { start: 0, count: 1, step: 1 })).toEqual({ start: 2, count: 6, step: 3 });
  });

  it('are walked over the elements of their region, and those inside it are known', () => {
    for (const each of instances) {
      const region = windowRegion(each.axis, each.results, each.taps);
      const walk = windowWalk(each.axis, each.results, each.taps, region);
      const [from, to] = interior(walk);
      reads(each).forEach((inputs, o) => {
        const inside = inputs.every((at, t) => {
          const position = walk.first + o * walk.across + t * walk.along;
          const exists = at >= 0 && at < each.axis.input;
          expect(position >= 0 && position < walk.extent).toBe(exists);
          if (exists) expect(region.start + position * region.step).toBe(at);
          return exists;
        });
        if (from < to) expect(o >= from && o < to).toBe(inside);
        else expect(inside).toBe(false);
      });
    }
  });
});

it('a result behind its input never reaches a row that is still to be read, whatever bytes their elements take', () => {
  for (let seed = 0; seed < 500; seed++) {
    const pick = createPick(seed);
    const rows = {
      input: pick.int(1, 9),
      taps: pick.int(1, 4),
      stride: pick.int(1, 3),
      dilation: 1,
      low: pick.int(0, 2),
    };
    const height = windowExtent(rows, pick.int(0, 2));
    if (height < 1) continue;
    const elements = ['i8', 'f16', 'f32'] as const;
    const images = pick.int(1, 3);
    const input = { element: pick.one(elements), shape: [images, pick.int(1, 4), rows.input, pick.int(1, 5)] };
    const result = { element: pick.one(elements), shape: [images, pick.int(1, 4), height, pick.int(1, 5)] };
    const distance = rowDistanceBytes(rows, input, result);
    const rowBytes = ({ element, shape }: TensorType) => shape[1] * shape[3] * elementBytes[element];
    for (let image = 0; image < images; image++) {
      for (let row = 0; row < height; row++) {
        const written = (image * height + row + 1) * rowBytes(result) - distance;
        const first = Math.min(rows.input, Math.max(0, row * rows.stride - rows.low));
        expect(written, `seed ${seed}`).toBeLessThanOrEqual((image * rows.input + first) * rowBytes(input));
      }
    }
  }
});
