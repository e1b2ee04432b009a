/** From axes to points that can be planned. */
import { type CompileOptions, frontEnd } from '@tessera-dnn/compiler';
import type { Diagnostic, Outcome, Source } from '@tessera-dnn/diagnostics';
import type { ChipSpec } from '@tessera-dnn/machine';
import type { ProgramSource } from '../files/model.ts';
import { compileOptionsOf } from '../flags/compile.ts';
import type { Io } from '../io.ts';
import { failed, succeeded } from '../session.ts';
import { type Axis, type Coordinates, coordinatesOf, flagsOf, mostPoints, pointCount } from './axes.ts';
import { compilerVersion } from './compiler-version.ts';
import { type ImportedFile, type Job, type JobOptions, keyOf, recording } from './job.ts';

export interface Point {
  /** One value of each axis of the sweep. */
  readonly at: Coordinates;
  readonly chip: ChipSpec;
  readonly key: string;
  readonly job: Job;
}

export interface Sweep {
  readonly source: string;
  readonly axes: readonly Axis[];
  readonly points: readonly Point[];
}

/** So many combinations are tried before the text is held to be at fault, whatever it is combined with. */
const mostTried = 8;

/**
 * The points of a sweep over `axes`. Without an axis `program` every program of the file is planned by itself. Fails with what is wrong with the
 * text, with chips that there are not, and with `bad-sweep` where there are too many points.
 */
export function pointsOf(io: Io, source: ProgramSource, axes: readonly Axis[]): Outcome<Sweep> {
  if (pointCount(axes) > mostPoints)
    return failed(
      'bad-sweep',
      `${pointCount(axes).toLocaleString('en')} points are more than ${mostPoints.toLocaleString('en')}`,
    );
  const imports: ImportedFile[] = [];
  const seen = lookAt(io, source, axes, imports);
  if (!seen.ok) return seen;
  const own: readonly Axis[] = axes.some(({ name }) => name === 'program')
    ? axes
    : [{ kind: 'setting', name: 'program', values: seen.value }, ...axes];
  const compiler = compilerVersion();
  const points: Point[] = [];
  for (const at of coordinatesOf(own)) {
    const options = compileOptionsOf(io, source, flagsOf(own, at));
    if (!options.ok) return options;
    const job = jobOf(source, imports, options.value);
    points.push({ at, chip: job.chip, job, key: keyOf(job, compiler) });
  }
  return succeeded({ source: source.name, axes: own, points }, seen.diagnostics);
}

/** The programs of the file, and what it imports: from the first combination that is no error. */
function lookAt(
  io: Io,
  source: ProgramSource,
  axes: readonly Axis[],
  imports: ImportedFile[],
): Outcome<readonly string[]> {
  let first: readonly Diagnostic[] | undefined;
  for (const at of coordinatesOf(axes).slice(0, mostTried)) {
    const options = compileOptionsOf(io, source, flagsOf(axes, at));
    if (!options.ok) return options;
    imports.length = 0;
    const load = options.value.load && recording(options.value.load, imports);
    const module = frontEnd(source, { ...options.value, load });
    if (module.ok) {
      const programs = module.value.programs.filter(({ kind }) => kind === 'model' || kind === 'train');
      return succeeded(programs.map(({ name }) => name));
    }
    first ??= module.diagnostics;
  }
  return { ok: false, diagnostics: first ?? [] };
}

/** A program with these options as a job, for the chip that they name. */
export function jobOf({ name, text }: Source, imports: readonly ImportedFile[], options: CompileOptions): Job {
  return { source: { name, text }, imports, chip: options.chip!, options: jobOptions(options) };
}

/** Only what is set: the key of a point must not depend on settings that are left as they are. */
function jobOptions(options: CompileOptions): JobOptions {
  const {
    set,
    programs,
    precision,
    masterWeights,
    recompute,
    memory,
    cycles,
    math,
    allocator,
    inPlace,
    reuse,
    withoutVariants,
  } = options;
  const given = Object.entries({
    set,
    programs,
    precision,
    masterWeights,
    recompute,
    memory,
    cycles,
    math,
    allocator,
    inPlace,
    reuse,
    withoutVariants,
  });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
