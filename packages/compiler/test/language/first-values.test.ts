/** First values that are computed of other first values: by several steps, on one tile and many, from the seed or from weights at hand. */
import { load } from '@tessera-dnn/chip';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/index.ts';
import { chipOf } from '../support/run-module.ts';
import { unwrap } from '../support/torch.ts';

const text = `model net(x: f32[2, 6]) {
  let y = x |> dense(4, with: weight_norm) as fc
  let w = params("fc.weight_v")
  param turned: f32[6, 5] = concat([transpose(w), ones([6, 1])], axis: 1)
  param back: f32[6, 4] = turned[::-1, 0:4] * 2
  state slow: like(params("fc.*")) = params("fc.*")
  return { y, z: back + turned[:, 1:5] + slow["fc.bias"] }
}
`;

describe.each([1, 16])('on %i tiles', tiles => {
  const chip = async (
    seed: number,
    weights?: ReadonlyMap<string, { element: 'f32'; shape: number[]; data: Float32Array }>,
  ) => {
    const { bytes } = unwrap(compile({ name: 'net.dnn', text }, { chip: chipOf(tiles), verify: true, weights }));
    const loaded = await load(bytes, { seed });
    return (path: string) => Array.from(loaded.readVariable(path), Number);
  };

  it('they follow the seed', async () => {
    const at = await chip(5);
    const weight = at('fc.weight_v');
    expect(new Set(weight).size).toBe(24);
    for (const [row, length] of at('fc.weight_g').entries()) {
      expect(length).toBeCloseTo(Math.hypot(...weight.slice(6 * row, 6 * row + 6)), 6);
    }
    const turned = Array.from({ length: 6 }, (_, i) => [0, 6, 12, 18].map(row => weight[row + i]));
    expect(at('turned')).toEqual(turned.flatMap(row => [...row, 1]));
    expect(at('back')).toEqual(turned.toReversed().flatMap(row => row.map(x => 2 * x)));
    expect(at('slow.fc.weight_v')).toEqual(weight);
    expect(at('slow.fc.weight_g')).toEqual(at('fc.weight_g'));
    const given = new Map([['fc.bias', Float32Array.of(1, 2, 3, 4)]]);
    const other = await load(unwrap(compile({ name: 'net.dnn', text }, { chip: chipOf(tiles) })).bytes, {
      seed: 5,
      weights: given,
    });
    expect(Array.from(other.readVariable('slow.fc.bias'))).toEqual([1, 2, 3, 4]);
    expect(Array.from(other.readVariable('slow.fc.weight_v'), Number)).toEqual(weight);
    expect((await chip(6))('fc.weight_v')).not.toEqual(weight);
  });
});
