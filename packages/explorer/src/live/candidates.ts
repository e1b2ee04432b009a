/**
 * Changes that may make a program fit, each with the flags that make it. They come in families, the mildest change of a family first: of each
 * family the first that fits is worth telling.
 */
import type { Source } from '@tessera-dnn/diagnostics';
import { type ast, parse } from '@tessera-dnn/language';
import { type ChipSpec, formatSize } from '@tessera-dnn/machine';
import type { Settings } from './settings.ts';

type Options = Omit<Settings, 'chip' | 'chipFile' | 'tiles' | 'sramBytes' | 'workers'>;

/** What is planned; whoever asks may have more in it, which stays as it is. */
export interface Subject {
  readonly source: Source;
  readonly chip: ChipSpec;
  readonly options: Options;
}

export interface Candidate<S extends Subject = Subject> {
  /** What is changed: `half the samples`. */
  readonly what: string;
  /** As on the command line. */
  readonly flags: readonly string[];
  readonly job: S;
}

/** Changes of one kind, from the mildest on. */
export type Family<S extends Subject = Subject> = readonly Candidate<S>[];

/** How often tiles, or samples, are doubled or halved. */
const mostDoublings = 6;
/** With more memory a tile other splits are chosen, so that exactly what was lacking may not quite do. */
const largerMemories = [1, 1.1, 1.25, 1.5, 2];

/** All families for `job`, whose fullest tile needs `peakBytes`. */
export function familiesFor<S extends Subject>(job: S, peakBytes: number): readonly Family<S>[] {
  const { options, chip } = job;
  const changed = (what: string, flags: readonly string[], options: Options): Candidate<S> => ({
    what,
    flags,
    job: { ...job, options: { ...job.options, ...options } },
  });
  const again = changed('compute values again instead of keeping them', ['--recompute', 'auto'], { recompute: 'auto' });
  const sqrt = changed('keep every √n-th value of a training', ['--recompute', 'sqrt'], { recompute: 'sqrt' });
  const halves = changed('store in 16 bits', ['--precision', 'bf16'], { precision: 'bf16' });
  const both = changed('store in 16 bits, and compute values again', ['--precision', 'bf16', '--recompute', 'auto'], {
    precision: 'bf16',
    recompute: 'auto',
  });
  const recomputes = options.recompute === undefined || options.recompute === 'none';
  const isNarrow = options.precision === 'bf16' || options.precision === 'f16';
  return [
    options.inPlace === false
      ? [changed('store results over operands', ['without --no-inplace'], { inPlace: true })]
      : [],
    options.reuse === false ? [changed('let tensors share memory', ['without --no-reuse'], { reuse: true })] : [],
    recomputes ? [again] : [],
    recomputes ? [sqrt] : [],
    isNarrow ? [] : [halves],
    isNarrow || !recomputes ? [] : [both],
    ...fewerSamples(job),
    ...(isNarrow || !recomputes ? [] : fewerSamples(both.job).map(family => family.map(also(both)))),
    moreTiles(job),
    largerMemories.map(times => {
      const sramBytes = Math.ceil((times * peakBytes) / 1024) * 1024;
      const size = `${sramBytes / 1024}KiB`;
      return {
        what: `${formatSize(sramBytes)} a tile`,
        flags: ['--sram', size],
        job: { ...job, chip: { ...chip, sramBytes } },
      };
    }),
  ].filter(family => family.length > 0);
}

/** A change on top of `first`, of whose job it was made. */
function also<S extends Subject>(first: Candidate<S>): (change: Candidate<S>) => Candidate<S> {
  return ({ what, flags, job }) => ({ what: `${first.what}, ${what}`, flags: [...first.flags, ...flags], job });
}

function moreTiles<S extends Subject>(job: S): Family<S> {
  return Array.from({ length: mostDoublings }, (_, i) => {
    const tiles = job.chip.tiles * 2 ** (i + 1);
    return { what: `${tiles} tiles`, flags: ['--tiles', String(tiles)], job: { ...job, chip: { ...job.chip, tiles } } };
  });
}

/** For each dimension with a number as its default, or set to one: halves, quarters and so on, down to 1. */
function fewerSamples<S extends Subject>(job: S): readonly Family<S>[] {
  const { file } = parse(job.source);
  const { set = {} } = job.options;
  const entries = file.items.filter((item): item is ast.Entry => item.kind === 'model' || item.kind === 'train');
  const chosen = entries.filter(({ name }) => job.options.programs?.includes(name.text) ?? true);
  return chosen.flatMap(entry =>
    entry.dimensions.map(dimension => {
      const name = `${entry.name.text}.${dimension.name.text}`;
      const now = Number(set[name] ?? numberIn(dimension.default) ?? 1);
      const family: Candidate<S>[] = [];
      for (let value = now >> 1; value >= 1 && family.length < mostDoublings; value >>= 1) {
        const options = { ...job.options, set: { ...set, [name]: String(value) } };
        family.push({
          what: `${dimension.name.text} ${value} instead of ${now}`,
          flags: ['--set', `${name}=${value}`],
          job: { ...job, options },
        });
      }
      return family;
    }),
  );
}

function numberIn(expression: ast.Expression | undefined): number | undefined {
  return expression?.kind === 'integer' ? Number(expression.value) : undefined;
}
