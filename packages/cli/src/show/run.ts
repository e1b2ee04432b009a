/** The result of a run, as text and as JSON. */
import type { Outputs } from '@tessera-dnn/chip';
import { type Diagnostic, jsonOf, printableName } from '@tessera-dnn/diagnostics';
import type { Manifest, ManifestProgram } from '@tessera-dnn/machine';
import type { Pairs } from '../flags/values.ts';
import type { TopClasses } from '../running/labels.ts';
import type { Profile } from '../running/profile.ts';
import type { Initialised } from '../running/variables.ts';
import type { Paint } from '../session.ts';
import { counted, duration, grouped, short } from './numbers.ts';
import { profileJson, profileText } from './profile.ts';
import { summarise, summaryText } from './tensor.ts';

export interface RunResult {
  readonly file: string;
  readonly manifest: Manifest;
  readonly name: string;
  readonly program: ManifestProgram;
  readonly outputs: Outputs;
  /** The files that outputs were written to, by the output's name. */
  readonly written: Pairs;
  /** The best classes of each sample, by the output that has their scores. */
  readonly top: ReadonlyMap<string, TopClasses>;
  /** Of each run, in their order. */
  readonly hostSeconds: readonly number[];
  readonly seed: number;
  readonly initialised: Initialised;
  readonly profile?: Profile;
}

/** The summary of a run as text: each output in a few numbers, where it was written, and how long the run took. */
export function runText(result: RunResult, paint: Paint): string {
  const { manifest, name, program, outputs, written } = result;
  const { chip, math } = manifest;
  const { cycles } = program;
  const parts = [`${paint.bold(name)} on ${paint.bold(chip.name)}, ${counted(chip.tiles, 'tile')}, ${math} math`];
  parts.push(
    `${grouped(cycles)} modelled cycles, ${duration(cycles / chip.clockHz)} at ${chip.clockHz / 1e9} GHz; ${timesText(result.hostSeconds)} on this host`,
  );
  const note = initialisedText(result);
  if (note !== undefined) parts.push(paint.yellow(note));
  const shown = program.outputs.map(output => {
    const best = topText(result.top.get(output.name) ?? []);
    if (Object.hasOwn(written, output.name)) return `${paint.bold(output.name)} is in ${written[output.name]}${best}`;
    return `${summaryText(summarise(output, outputs[output.name]), paint.bold(output.name))}${best}`;
  });
  if (result.profile) shown.push(profileText(result.profile, chip, paint));
  return `${parts.join('\n')}\n\n${shown.join('\n\n')}\n`;
}

/** How many samples are told of. */
const mostSamples = 10;

/** A line for each class, and of several samples which one it is. */
function topText(top: TopClasses): string {
  const lines = top
    .slice(0, mostSamples)
    .flatMap((classes, sample) => [
      ...(top.length > 1 ? [`  sample ${sample}`] : []),
      ...classes.map(({ label, score }) => `  ${short(score).padStart(9)}  ${printableName(label)}`),
    ]);
  if (top.length > mostSamples) lines.push(`  and ${grouped(top.length - mostSamples)} more samples`);
  return lines.map(line => `\n${line}`).join('');
}

/** The one time; or the median, the least and the first of many. */
function timesText(seconds: readonly number[]): string {
  const sorted = seconds.toSorted((a, b) => a - b);
  if (sorted.length === 1) return duration(sorted[0]);
  return `median of ${grouped(sorted.length)} runs ${duration(medianOf(sorted))}, least ${duration(sorted[0])}, first ${duration(seconds[0])}`;
}

function medianOf(sorted: readonly number[]): number {
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function initialisedText({ initialised: { params, states }, seed }: RunResult): string | undefined {
  if (params + states === 0) return undefined;
  const what = [params > 0 && counted(params, 'parameter'), states > 0 && counted(states, 'state')];
  const advice = params > 0 ? '; --weights FILE.safetensors gives trained ones' : '';
  return `${what.filter(Boolean).join(' and ')} initialised by init(${seed})${advice}`;
}

/** The same as JSON, which `tessera run --json` prints. */
export function runJson(result: RunResult, diagnostics: readonly Diagnostic[]) {
  const { file, manifest, name, program, outputs, written, hostSeconds, seed, initialised, profile } = result;
  return {
    ...{ file, program: name, chip: manifest.chip.name, tiles: manifest.chip.tiles, math: manifest.math },
    cycles: program.cycles,
    hostMilliseconds: 1000 * medianOf(hostSeconds.toSorted((a, b) => a - b)),
    ...(hostSeconds.length > 1 && { runsMilliseconds: hostSeconds.map(seconds => 1000 * seconds) }),
    initialised: { seed, ...initialised },
    outputs: program.outputs.map(output => ({
      ...summarise(output, outputs[output.name]),
      ...(result.top.has(output.name) && { top: result.top.get(output.name) }),
      ...(Object.hasOwn(written, output.name) && { file: written[output.name] }),
    })),
    ...(profile && { profile: profileJson(profile, manifest.chip) }),
    diagnostics: diagnostics.map(jsonOf),
  };
}
