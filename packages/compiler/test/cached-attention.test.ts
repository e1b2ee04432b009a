/** Attention with a cache: step by step, in pieces and as a whole it gives what PyTorch gives for the whole. */
import { readFileSync } from 'node:fs';
import { type Chip, createChip, loadArtifact } from '@tessera-dnn/chip';
import { check, compile } from '@tessera-dnn/compiler';
import { tinyChip } from '@tessera-dnn/machine';
import { expect, it } from 'vitest';

/** Made with PyTorch in 64 bits: `MultiheadAttention`, and by its formula the attention of Llama; causal, with the numbers that `filled` makes. */
const wanted: { readonly [layer: string]: readonly number[] } = JSON.parse(
  readFileSync(new URL('fixtures/cached-attention.json', import.meta.url), 'utf8'),
);

const text = `block both(x, cache = none, at = 0) {
  let rotary = x |> rotary_attention(4, kv_heads: 2, cache: cache, at: at) as rotary
  let multi = x |> multi_head_attention(4, causal: true, cache: cache, at: at) as multi
  return { rotary, multi }
}

model whole(x: f32[1, 5, 8]) { both(x) as "" }
model next(x: f32[1, 1, 8], at: i32[]) { both(x, cache: 7, at: at) as "" }
model pieces(x: f32[1, 5, 8]) {
  let a = both(x[:, :2], cache: 7) as "own"
  let b = both(x[:, 2:], cache: 7, at: 2, with: "own") as "own_again"
  return { rotary: concat([a.rotary, b.rotary], axis: 1), multi: concat([a.multi, b.multi], axis: 1) }
}
`;

const elementsOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const filled = (shape: readonly number[], seed: number, scale = 0.5) =>
  Float32Array.from({ length: elementsOf(shape) }, (_, i) => scale * Math.sin(1.7 * i + seed));
const seeds = [
  ...['q_proj', 'k_proj', 'v_proj', 'o_proj'].map((name, i) => [`rotary.${name}.weight`, i + 2] as const),
  ...['in_proj_weight', 'in_proj_bias', 'out_proj.weight', 'out_proj.bias'].map(
    (name, i) => [`multi.${name}`, i + 6] as const,
  ),
];

async function loaded(): Promise<Chip> {
  const compiled = compile({ name: 'cache.dnn', text }, { chip: tinyChip });
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  const artifact = await loadArtifact(compiled.value.bytes);
  const chip = artifact.ok ? await createChip(artifact.value, { seed: 0 }) : artifact;
  if (!chip.ok) throw new Error(chip.diagnostics[0].message);
  for (const { path, shape, kind } of chip.value.manifest.variables) {
    const seed = seeds.find(([name]) => path === name || path === `own.${name}`)?.[1];
    expect(seed === undefined).toBe(kind === 'state');
    if (seed !== undefined) chip.value.writeVariable(path, filled(shape, seed));
  }
  return chip.value;
}

it('sees what was before, in this run and in earlier ones', async () => {
  const chip = await loaded();
  const x = filled([1, 5, 8], 1, 1);
  const run = (program: string, inputs: Parameters<Chip['run']>[1]) => {
    const ran = chip.run(program, inputs);
    if (!ran.ok) throw new Error(ran.diagnostics[0].message);
    return ran.value;
  };
  const close = (found: ArrayLike<number>, layer: string, from = 0) => {
    for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(wanted[layer][from + i], 4);
  };
  for (const layer of ['rotary', 'multi']) {
    close(run('whole', { x })[layer], layer);
    close(run('pieces', { x })[layer], layer);
  }
  // A text that begins anew sees nothing of the one before, though the states still hold it.
  for (let text = 0; text < 2; text++) {
    run('next', { x: filled([8], 5), at: Int32Array.of(0) });
    run('next', { x: filled([8], 6), at: Int32Array.of(1) });
    for (let at = 0; at < 5; at++) {
      const found = run('next', { x: x.subarray(8 * at, 8 * at + 8), at: Int32Array.of(at) });
      for (const layer of ['rotary', 'multi']) close(found[layer], layer, 8 * at);
    }
  }
});

it('refuses more steps than it can hold', () => {
  const source = { name: 'a.dnn', text: 'model a(x: f32[1, 5, 8]) { multi_head_attention(x, 2, cache: 4) }\n' };
  expect(check(source).map(({ message }) => message)).toContainEqual(
    expect.stringContaining('a cache of 4 steps cannot hold 5'),
  );
});
