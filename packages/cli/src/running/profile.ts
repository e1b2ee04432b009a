/**
 * Where the time of a program goes: its phases are run and timed one by one, in their order, again and again. If the program was compiled
 * here, its plan says what each phase has to do; then what this machine can do at best is measured too, and compared.
 */
import type { Caller, Chip } from '@tessera-dnn/chip';
import { type PhaseWork, type Plan, phaseWorkOf } from '@tessera-dnn/compiler';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { succeeded } from '../session.ts';
import { measureRoofs, type Roof, type Roofs, roofOf } from './roofs.ts';

export interface PhaseProfile {
  readonly name: string;
  /** The median of all runs, on this host. */
  readonly seconds: number;
  /** What the phase has to do, and how fast this machine could do it; only of a program that was compiled here. */
  readonly work?: PhaseWork;
  readonly roof?: Roof;
}

export interface Profile {
  readonly runs: number;
  /** The sum of all phases. */
  readonly seconds: number;
  readonly phases: readonly PhaseProfile[];
  readonly roofs?: Roofs;
}

const warmSeconds = 0.15;
const measuredSeconds = 0.5;
/** However long a run takes. */
const leastRuns = 3;

/**
 * The profile of `program`, which has run on `chip` before and now runs for about half a second more, all of it as one call of `call`. A
 * training goes on meanwhile.
 */
export function profileOf(chip: Chip, program: string, call: Caller | undefined, plan?: Plan): Outcome<Profile> {
  const { phases, phaseNames } = chip.manifest.programs[program];
  const works = plan && phaseWorkOf(plan, program);
  // What depends on variables only was prepared in the first run, and is fresh. An artifact does not say how many phases that takes.
  const first = works === undefined ? 0 : phases - works.length;
  let times: readonly Float64Array[] = [];
  const measured = (call ?? immediately)(() => {
    times = timePhases(chip, program, first);
  });
  if (!measured.ok) return measured;
  const seconds = times.map(median);
  const roofs = plan && measureRoofs(plan.math);
  const roof = roofs && works && roofOf(roofs, works);
  return succeeded({
    runs: times[0]?.length ?? 0,
    seconds: seconds.reduce((sum, each) => sum + each, 0),
    phases: seconds.map((each, at) => ({
      name: phaseNames?.[first + at] ?? `phase ${first + at}`,
      seconds: each,
      ...(works && roof && { work: works[at], roof: roof(works[at]) }),
    })),
    ...(roofs && { roofs }),
  });
}

const immediately: Caller = code => {
  code();
  return succeeded(undefined);
};

/** By phase, from `first`, the seconds of each run. Wasm is compiled twice, the second time while it runs: what is slow until then is left out. */
function timePhases(chip: Chip, program: string, first: number): readonly Float64Array[] {
  const { phases } = chip.manifest.programs[program];
  const runs: Float64Array[] = [];
  const begin = performance.now() / 1000;
  let warm = 0;
  for (;;) {
    const times = new Float64Array(phases - first);
    for (let phase = 0; phase < phases; phase++) {
      const start = performance.now();
      chip.step(program, phase);
      if (phase >= first) times[phase - first] = (performance.now() - start) / 1000;
    }
    const passed = performance.now() / 1000 - begin;
    if (passed < warmSeconds) warm = runs.push(times);
    else runs.push(times);
    const counted = runs.length - warm;
    if (counted >= leastRuns && passed > warmSeconds + measuredSeconds) break;
  }
  return Array.from({ length: phases - first }, (_, phase) =>
    Float64Array.from(runs.slice(warm), times => times[phase]),
  );
}

function median(values: Float64Array): number {
  return values.toSorted()[values.length >> 1];
}
