/** Runs a program in floats and on levels over the same samples, and compares. */
import { type Chip, createChip, loadArtifact, missingFeatures } from '@tessera-dnn/chip';
import type { Outcome, Source } from '@tessera-dnn/diagnostics';
import { passes, type Stage } from '@tessera-dnn/passes';
import type { CompileOptions } from '../options.ts';
import { compile } from '../with-wasm.ts';
import { decibels } from './ranges.ts';
import type { Agreement } from './report.ts';
import type { Calibration } from './samples.ts';

/** Results by name, row-major. */
export type Results = { readonly [name: string]: ArrayLike<number> };

/** A program that runs on samples. */
export type Runner = (batch: number) => Outcome<Results>;

/** The program `name` of a text, compiled with one more pass before all others. */
export async function runnerOf(
  source: Source,
  options: CompileOptions,
  { program, first, data }: { readonly program: string; readonly first: Stage; readonly data: Calibration },
): Promise<Outcome<Runner>> {
  // Nobody keeps the artifact, so it is compiled for the host that runs it.
  const math = options.math ?? (missingFeatures(['relaxed-simd']).length > 0 ? 'strict' : 'fast');
  const compiled = compile(source, { ...options, math, programs: [program], passes: [first, ...passes] });
  if (!compiled.ok) return compiled;
  const loaded = await loadArtifact(compiled.value.bytes);
  const chip: Outcome<Chip> = loaded.ok ? await createChip(loaded.value) : loaded;
  if (!chip.ok) return chip;
  return { ok: true, value: batch => chip.value.run(program, data.batch(batch)), diagnostics: [] };
}

/** Signal and noise of one tensor over many runs. */
export class Comparison {
  #signal = 0;
  #noise = 0;
  #difference = 0;
  #largest = 0;

  add(exact: ArrayLike<number>, other: ArrayLike<number>): void {
    for (let i = 0; i < exact.length; i++) {
      const difference = Math.abs(exact[i] - other[i]);
      this.#signal += exact[i] ** 2;
      this.#noise += difference ** 2;
      if (difference > this.#difference) this.#difference = difference;
      if (Math.abs(exact[i]) > this.#largest) this.#largest = Math.abs(exact[i]);
    }
  }

  get decibels(): number {
    return decibels(this.#signal, this.#noise);
  }

  get difference(): Pick<Agreement, 'largestDifference' | 'largest'> {
    return { largestDifference: this.#difference, largest: this.#largest };
  }
}

/** In how many rows of `count` numbers both have the greatest at the same place. */
export function sameBest(exact: ArrayLike<number>, other: ArrayLike<number>, count: number): number {
  let same = 0;
  for (let row = 0; row < exact.length; row += count) {
    if (greatestIn(exact, row, count) === greatestIn(other, row, count)) same++;
  }
  return same;
}

function greatestIn(values: ArrayLike<number>, from: number, count: number): number {
  let best = from;
  for (let i = from + 1; i < from + count; i++) if (values[i] > values[best]) best = i;
  return best;
}
