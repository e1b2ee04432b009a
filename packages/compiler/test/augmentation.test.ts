/** Pictures that are varied while training: what they become, and that it is the same on any number of tiles. */
import { type Chip, createChip, loadArtifact } from '@tessera-dnn/chip';
import { compile } from '@tessera-dnn/compiler';
import { type ChipSpec, hostChip, tinyChip } from '@tessera-dnn/machine';
import { expect, it } from 'vitest';

const text = `train vary(x: f32[3, 2, 4, 5]) {
  return { crop: random_crop(x, 4, padding: [1, 2]), flip: random_flip(x) }
}

model plain(x: f32[3, 2, 4, 5]) {
  let crop = random_crop(x, [2, 3])
  return { crop, flip: random_flip(x), norm: normalize(x, mean: [1.0, 2.0], std: 2.0)[0, :, 0, 0] }
}
`;
const data = Float32Array.from({ length: 120 }, (_, i) => i + 1);

async function loaded(chip: ChipSpec): Promise<Chip> {
  const compiled = compile({ name: 'vary.dnn', text }, { chip, math: 'strict' });
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  const artifact = await loadArtifact(compiled.value.bytes);
  const made = artifact.ok ? await createChip(artifact.value, { seed: 3 }) : artifact;
  if (!made.ok) throw new Error(made.diagnostics[0].message);
  return made.value;
}

it('pictures are cropped and flipped by numbers of their own', async () => {
  const [host, tiny] = await Promise.all([loaded(hostChip), loaded(tinyChip)]);
  const run = (chip: Chip, program: string) => {
    const ran = chip.run(program, { x: data });
    if (!ran.ok) throw new Error(ran.diagnostics[0].message);
    return ran.value;
  };
  const places = new Set<string>();
  for (let step = 0; step < 6; step++) {
    const found = run(host, 'vary');
    expect(run(tiny, 'vary')).toEqual(found);
    for (let n = 0; n < 3; n++) {
      const picture = (c: number, y: number, x: number) =>
        y < 0 || y > 3 || x < 0 || x > 4 ? 0 : data[((n * 2 + c) * 4 + y) * 5 + x];
      const isAt = (top: number, left: number) =>
        Array.from({ length: 32 }).every((_, i) => {
          const [c, y, x] = [i >> 4, (i >> 2) & 3, i & 3];
          return found.crop[n * 32 + i] === picture(c, y + top, x + left);
        });
      const all = [-1, 0, 1].flatMap(top => [-2, -1, 0, 1, 2, 3].map(left => [top, left] as const));
      const at = all.filter(([top, left]) => isAt(top, left));
      expect(at).toHaveLength(1);
      const row = [...found.flip.subarray(n * 40, n * 40 + 5)];
      const own = [...data.subarray(n * 40, n * 40 + 5)];
      expect([String(own), String(own.reverse())]).toContain(String(row));
      places.add(`${at[0]} ${row[0] < row[1]}`);
    }
  }
  expect(places.size).toBeGreaterThan(9);
  const { crop, flip, norm } = run(host, 'plain');
  expect([...crop.subarray(0, 6)]).toEqual([7, 8, 9, 12, 13, 14]);
  expect(flip).toEqual(data);
  expect([...norm]).toEqual([0, 9.5]);
});
