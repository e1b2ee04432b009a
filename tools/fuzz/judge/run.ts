/** Compiles a text in one setting and runs its programs through the public interfaces of the packages, as any user would. */
import { ChipError, type LoadedChip, load } from '@tessera-dnn/chip';
import { type Artifact, assemble, plan } from '@tessera-dnn/compiler';
import type { StoredTensor } from '@tessera-dnn/formats';
import { type ManifestTensor, type ManifestVariable, narrowed, threadControl, valueArrays } from '@tessera-dnn/machine';
import { parseTileProgram, printTileProgram, type TileProgram } from '@tessera-dnn/tiling';
import { dataOf } from './data.ts';
import type { Setting } from './setting.ts';
import { type Numbers, sourceOf, type Trial } from './trial.ts';

export type Outcome =
  | ({ readonly kind: 'ran'; readonly numbers: Numbers } & Start)
  /** A program that has errors, or does not fit. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'broken'; readonly fault: string; readonly message: string };

/** The values of variables before anything has run. */
export interface Start {
  readonly variables: readonly ManifestVariable[];
  readonly first: Numbers;
}

/** Compiles and runs the text. First values are those of `start` if it is given, or else those of the seed. */
export async function run(trial: Trial, setting: Setting, start?: Start): Promise<Outcome> {
  const { seed, rounds } = trial;
  const { source, ...told } = sourceOf(trial);
  const { embedded, ...options } = setting;
  let artifact: Artifact;
  const weights = embedded && start ? weightsOf(start) : undefined;
  try {
    const planned = plan(source, { ...told, ...options, verify: true, weights });
    const lost = planned.ok ? lostInText(planned.value.tiles) : undefined;
    if (lost !== undefined) return { kind: 'broken', fault: 'text of tiles', message: lost };
    const compiled = planned.ok ? assemble(planned.value) : planned;
    if (!compiled.ok) {
      const errors = compiled.diagnostics.filter(({ severity }) => severity === 'error');
      return { kind: 'refused', code: errors[0].code, message: errors.map(({ message }) => message).join('; ') };
    }
    artifact = compiled.value;
  } catch (error) {
    return broken('compile', error);
  }
  try {
    const chip = await load(artifact.bytes, { seed });
    pretendJoined(chip);
    const begun = variablesOf(chip);
    if (start !== undefined) restore(chip, begun, start.first);
    const { variables } = chip.chip.manifest;
    return { kind: 'ran', variables, first: begun, numbers: runPrograms(chip, seed, rounds) };
  } catch (error) {
    return broken('run', error);
  }
}

/** Where there may be threads, one seems to have joined: so the first gives out all work in chunks, and does them by itself. */
function pretendJoined({ chip }: LoadedChip): void {
  const control = chip.manifest.memory.threads;
  if (control !== undefined) Atomics.store(new Int32Array(chip.memory.buffer), (control + threadControl.joined) / 4, 1);
}

/** What is lost when the tile program is printed and parsed; undefined if nothing is. */
function lostInText(program: TileProgram): string | undefined {
  const text = printTileProgram(program);
  const parsed = parseTileProgram({ name: 'tiles', text });
  if (!parsed.ok) return parsed.diagnostics[0].message;
  const again = printTileProgram(parsed.value).split('\n');
  const line = text.split('\n').findIndex((wanted, i) => wanted !== again[i]);
  return line < 0 ? undefined : `line ${line + 1} comes back as ${again[line]}`;
}

function weightsOf({ variables, first }: Start): ReadonlyMap<string, StoredTensor> {
  return new Map(
    variables.map(({ path, type, shape }) => {
      const data = first.get(variableKey(path)) ?? [];
      // Files hold the bits of floats of 16.
      const held = type === 'f16' || type === 'bf16' ? narrowed(type, data) : data;
      return [path, { element: type, shape, data: held } as StoredTensor];
    }),
  );
}

function broken(fault: string, error: unknown): Outcome {
  if (error instanceof ChipError) return { kind: 'broken', fault: error.diagnostics[0].code, message: error.message };
  const stack = error instanceof Error && error.name !== 'InternalError' ? ` ${placeIn(error)}` : '';
  return { kind: 'broken', fault, message: `${error instanceof Error ? error.message : error}${stack}` };
}

/** The first line of Tessera's own code in the stack, which a message of the JavaScript engine lacks. */
function placeIn({ stack = '' }: Error): string {
  const [, place] = /at (?:async )?(\w+) .*packages\/(?:.*)\/(?:.*?):\d+:\d+/.exec(stack) ?? [];
  return place === undefined ? '' : `(${place})`;
}

function runPrograms(chip: LoadedChip, seed: number, rounds: number): Numbers {
  const numbers = new Map<string, ArrayLike<number>>();
  for (let round = 0; round < rounds; round++) {
    for (const name of inOrder(Object.keys(chip.programs))) {
      const { inputs } = chip.programs[name];
      const given = inputs.map(input => [input.name, inputOf(input, name, round, seed)]);
      const outputs = chip.run(name, Object.fromEntries(given));
      for (const [output, data] of Object.entries(outputs)) numbers.set(outputKey(round, name, output), data);
    }
  }
  for (const [key, data] of variablesOf(chip)) numbers.set(key, data);
  return numbers;
}

/** Programs are run in the order of their names, whatever their order in the text. */
export const inOrder = (names: readonly string[]): readonly string[] => [...names].sort();

function inputOf({ name, type, shape }: ManifestTensor, program: string, round: number, seed: number) {
  return valueArrays[type].from(dataOf({ element: type, shape }, inputKey(round, program, name), seed));
}

export const inputKey = (round: number, program: string, input: string): string => `${round} ${program} ${input}`;
export const outputKey = (round: number, program: string, output: string): string => `${round} ${program}.${output}`;
export const variableKey = (path: string): string => `variable ${path}`;

function variablesOf(chip: LoadedChip): Numbers {
  const { variables } = chip.chip.manifest;
  return new Map(variables.map(({ path }) => [variableKey(path), chip.readVariable(path)]));
}

function restore(chip: LoadedChip, begun: Numbers, first: Numbers): void {
  for (const { path } of chip.chip.manifest.variables) {
    const wanted = first.get(variableKey(path));
    const has = begun.get(variableKey(path));
    if (wanted === undefined || has === undefined || sameBits(has, wanted)) continue;
    chip.writeVariable(path, wanted as Float32Array);
  }
}

/** Whether both have the same bits. All NaN count as equal. */
export function sameBits(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && firstDifference(a, b) < 0;
}

export function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < b.length; i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
}
