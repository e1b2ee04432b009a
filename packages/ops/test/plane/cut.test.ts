/** Lines are cut into register tiles that cover them exactly and fit the registers, with the shapes that measurements have shown to be best. */
import { describe, expect, it } from 'vitest';
import type { Columns } from '../../src/plane/cut.ts';
import { cutLine } from '../../src/plane/cut.ts';

const many: Columns = { blocks: 8, vectors: 2, joint: true, fused: true };

describe('cutLine', () => {
  it('covers a line exactly, with tiles that fit fifteen registers', () => {
    for (const columns of [
      many,
      { ...many, fused: false },
      { ...many, vectors: 1 },
      { ...many, blocks: 3, joint: false },
    ]) {
      for (let pixels = 0; pixels < 200; pixels++) {
        const runs = cutLine(pixels, columns);
        expect(runs.reduce((sum, run) => sum + run.width * run.tiles, 0)).toBe(pixels);
        for (const { width, group } of runs) {
          const vectors = group * columns.vectors;
          const spare = columns.fused ? 1 : 2;
          expect(width * vectors + Math.min(width, vectors) + spare).toBeLessThanOrEqual(15);
          if (!columns.joint) expect(group).toBe(1);
        }
      }
    }
  });

  it('takes six pixels by eight channels where multiply-adds are fused, and five where they are not', () => {
    expect(cutLine(54, many)).toEqual([{ width: 6, tiles: 9, group: 1 }]);
    expect(cutLine(55, { ...many, fused: false })).toEqual([{ width: 5, tiles: 11, group: 1 }]);
  });

  it('takes a lone pixel with four blocks of channels at once', () => {
    expect(cutLine(1, many)).toEqual([{ width: 1, tiles: 1, group: 4 }]);
  });
});
