/** What is looked at. All views show the same choice, and change it. */
import { type Explored, type ExploredProgram, none } from '../data/explored.ts';
import type { Looked } from '../running/messages.ts';

/** What the floor plan's colours say. */
export type Colouring = 'bytes' | 'cycles' | 'idle';

/** What runs from left to right: every phase as wide as every other, or as long as it takes. */
export type Scale = 'phases' | 'cycles';

/** How far the program has been run in the page, and how long its phases took. */
export interface Ran {
  readonly program: string;
  /** Phases that have been run. */
  readonly done: number;
  /** By phase, in milliseconds of this machine, the mean of so many runs; NaN where it was never run. */
  readonly milliseconds: Float64Array;
  readonly runs: number;
}

/** What the storage of a buffer holds after so many phases of the run. */
export interface Seen {
  readonly buffer: number;
  readonly done: number;
  readonly looked: Looked;
}

export interface Choice {
  readonly explored: Explored;
  /** The place of the program in `explored.programs`. */
  readonly program: number;
  readonly tile: number;
  /** Of the program, counted from 0; none if no phase is chosen. */
  readonly phase: number;
  /** The root of the storage that is chosen, or none. */
  readonly buffer: number;
  /** The line that is chosen, or none. */
  readonly site: number;
  readonly colouring: Colouring;
  readonly scale: Scale;
  /** What is seen of the program: in phases or cycles from its start. */
  readonly from: number;
  readonly to: number;
  /** Absent where the program that is looked at has not been run, or is another one by now. */
  readonly ran?: Ran;
  /** Of the tensor that is chosen, once it has been looked into. */
  readonly seen?: Seen;
}

/** The program that is looked at. */
export function programOf({ explored, program }: Choice): ExploredProgram {
  return explored.programs[program];
}

/** Where phases begin on the scale, and where the last one ends. */
export function startsOf(explored: Explored, { firstPhase, phases }: ExploredProgram, scale: Scale): Float64Array {
  const starts = new Float64Array(phases + 1);
  for (let phase = 0; phase < phases; phase++) {
    starts[phase + 1] = starts[phase] + (scale === 'phases' ? 1 : explored.phases.cycles[firstPhase + phase]);
  }
  return starts;
}

/** The phase at a place of the scale; the first or the last where that is outside. */
export function phaseAt(starts: Float64Array, place: number): number {
  let [low, high] = [0, starts.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first look at a program: its fullest tile, all phases. */
export function firstChoice(explored: Explored): Choice {
  const { tile, program: fullest } = explored.memory.peak;
  // What prepares belongs to no program.
  const isFullest = ({ name, kind }: ExploredProgram) =>
    fullest === undefined ? kind === 'prepare' : name === fullest;
  const program = Math.max(0, explored.programs.findIndex(isFullest));
  const to = explored.programs[program]?.phases ?? 0;
  const nothing = { phase: none, buffer: none, site: none };
  return { explored, program, tile, ...nothing, colouring: 'bytes', scale: 'phases', from: 0, to };
}

/** The same look at another plan, as far as that has what is looked at: programs, lines and tensors are found by their names. */
export function carriedOver(choice: Choice, explored: Explored): Choice {
  const fresh = firstChoice(explored);
  const { name, phases } = programOf(choice);
  const program = explored.programs.findIndex(each => each.name === name);
  if (program < 0) return { ...fresh, colouring: choice.colouring, scale: choice.scale };
  const tile = choice.tile === choice.explored.memory.peak.tile ? fresh.tile : choice.tile;
  const isSame = explored.programs[program].phases === phases && choice.scale === 'phases';
  const next: Choice = {
    ...choice,
    explored,
    program,
    tile: Math.min(tile, explored.memory.chip.tiles - 1),
    phase: isSame ? choice.phase : none,
    buffer: bufferLike(choice, explored),
    site: siteLike(choice, explored),
    ran: undefined,
    seen: undefined,
  };
  return isSame ? next : withAllSeen(next);
}

/** All of the program is seen. */
export function withAllSeen(choice: Choice): Choice {
  const program = programOf(choice);
  return { ...choice, from: 0, to: startsOf(choice.explored, program, choice.scale)[program.phases] };
}

function bufferLike({ explored: { buffers }, buffer }: Choice, next: Explored): number {
  if (buffer === none) return none;
  const found = next.buffers.names.findIndex(
    (name, i) => name === buffers.names[buffer] && next.buffers.kinds[i] === buffers.kinds[buffer],
  );
  return found < 0 ? none : next.buffers.roots[found];
}

function siteLike({ explored, site }: Choice, next: Explored): number {
  if (site === none) return none;
  const { file, line } = explored.sites[site];
  return next.sites.findIndex(
    other => other.line === line && next.files[other.file].name === explored.files[file].name,
  );
}

/** The choice that all views share. */
export class State {
  #choice: Choice;
  #isTelling = false;
  readonly #listeners: (() => void)[] = [];

  constructor(explored: Explored) {
    this.#choice = withAllSeen(firstChoice(explored));
  }

  get choice(): Choice {
    return this.#choice;
  }

  /** Whoever listens hears at once, and then in the next frame after a change of one of these fields. */
  listen(fields: readonly (keyof Choice)[], listener: (choice: Choice) => void): void {
    let heard = this.#choice;
    this.#listeners.push(() => {
      if (fields.every(field => heard[field] === this.#choice[field])) return;
      heard = this.#choice;
      listener(heard);
    });
    listener(heard);
  }

  /** Changes what is looked at. Another program or scale shows all of it. */
  change(change: Partial<Choice>): void {
    const next = { ...this.#choice, ...change };
    const isOther = change.program !== undefined || change.scale !== undefined;
    this.#choice = isOther ? withAllSeen(next) : next;
    if (change.program !== undefined) this.#choice = { ...this.#choice, phase: none, buffer: none };
    this.#tell();
  }

  /** Shows another plan. */
  replace(explored: Explored): void {
    this.#choice = carriedOver(this.#choice, explored);
    this.#tell();
  }

  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    requestAnimationFrame(() => {
      this.#isTelling = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
