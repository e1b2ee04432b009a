/**
 * The referee: runs a placed program symbolically and complains about the first broken rule.
 *
 * It shares no code with placement. Every tile's SRAM is a list of intervals, each holding the name of the buffer whose contents lie
 * there. A write puts its buffer's interval in and tears out whatever it overlaps; a read must find its buffer's interval whole.
 * In an exchange phase all reads are checked before any write lands, nothing may be written that is read by another tile in the
 * same phase, and a tile may only write into its own SRAM or the host window. A gathered buffer counts as written when its
 * copies have brought as many bytes as the phase's copies into it promise; two copies of one phase may not write the same bytes, and none
 * reads or writes beside its buffers (`referee-copies.ts`). A vertex finds its operands and its result on its tile, inside of their buffers.
 * A copy that walks from tile to tile must find its buffer at the same offset on all of them.
 * Its scratch memory lies apart from all of them, is large enough for it, and holds nothing before or after it runs.
 * The result of a vertex may lie over an operand only where the phase says so: on the same place, or so far before it as it says.
 * What is made in rounds has a version: a vertex finds in each gathered operand the part of the round that it names, and its result as far as the
 * rounds before have made it; rounds come in order, each once, and nobody else reads the result before the last.
 * A variable's new value is a buffer of its own, so whoever still reads the old one after it finds that torn; at the end of a program
 * every resident's memory must hold the last value it was given.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import {
  addressedSlots,
  type BufferId,
  type ComputePhase,
  type ExchangePhase,
  type Phase,
  type Spread,
  spreadTiles,
  type TiledProgram,
  type TileProgram,
} from '../program.ts';
import type { Placement } from './place.ts';
import { checkCopies } from './referee-copies.ts';
import { RoundsSeen, wrongInRound } from './referee-rounds.ts';

interface Interval {
  readonly start: number;
  readonly end: number;
  readonly buffer: number;
  /** Of a buffer that is written in rounds: of gathered operands the round whose part it holds, of a result how many rounds have made it. */
  readonly version: number;
}

/** What each tile's memory holds, as disjoint intervals in ascending order. */
class Memory {
  readonly #tiles: Interval[][];

  constructor(tiles: number) {
    this.#tiles = Array.from({ length: tiles }, () => []);
  }

  write(tile: number, start: number, end: number, buffer: number, version = 0): void {
    const held = this.#tiles[tile];
    let from = 0;
    while (from < held.length && held[from].end <= start) from++;
    let to = from;
    while (to < held.length && held[to].start < end) to++;
    held.splice(from, to - from, { start, end, buffer, version });
  }

  holds(tile: number, start: number, end: number, buffer: number): boolean {
    return this.version(tile, start, end, buffer) !== undefined;
  }

  /** The version of the buffer's contents there; undefined where they are not whole. */
  version(tile: number, start: number, end: number, buffer: number): number | undefined {
    return this.#tiles[tile].find(i => i.start === start && i.end === end && i.buffer === buffer)?.version;
  }
}

/** What is judged. */
interface Judged {
  readonly program: TileProgram;
  readonly placement: Placement;
}

/** A moment of a program's run. */
interface Moment extends Judged {
  readonly memory: Memory;
  readonly rounds: RoundsSeen;
  /** The phase that runs; absent before and after all phases. */
  readonly phase?: number;
}

/** Throws an `InternalError` that names phase, tile and buffer if the placement breaks a rule. */
export function refereePlacement(program: TileProgram, placement: Placement, sramBytes: number): void {
  const placed = { program, placement };
  checkBounds(placed, sramBytes);
  for (const run of [program.prepare, ...program.programs]) {
    const moment = { ...placed, memory: new Memory(program.tiles), rounds: new RoundsSeen() };
    program.buffers.forEach((buffer, index) => {
      if (!buffer.resident) return;
      for (let tile = 0; tile < program.tiles; tile++) claim(moment, tile, index);
    });
    for (let phase = run.firstPhase; phase < run.firstPhase + run.phases; phase++) {
      runPhase({ ...moment, phase }, program.phases[phase]);
    }
    checkResidents(moment, run);
  }
}

function extent({ program, placement }: Judged, tile: number, buffer: number): [number, number] {
  const start = placement.offsets[buffer][tile];
  return [start, start + program.buffers[buffer].bytes[tile]];
}

function claim(moment: Moment, tile: number, buffer: number, version = 0): void {
  const [start, end] = extent(moment, tile, buffer);
  if (end > start) moment.memory.write(tile, start, end, buffer, version);
}

function checkBounds(placed: Judged, sramBytes: number): void {
  const { program, placement } = placed;
  program.buffers.forEach((buffer, index) => {
    if (buffer.kind === 'host') return;
    for (let tile = 0; tile < program.tiles; tile++) {
      if (buffer.bytes[tile] === 0 || (!buffer.resident && placement.storage.life.first[index] < 0)) continue;
      const [start, end] = extent(placed, tile, index);
      if (start < 0 || end > placement.tableOffset || placement.tableOffset + placement.tiles[tile].tables > sramBytes)
        fail(placed, 'lies outside the data area', tile, index);
    }
  });
}

function checkResidents(moment: Moment, run: TiledProgram): void {
  const { program, memory } = moment;
  const { phases, firstPhase } = run;
  const last = lastValues(program, program.phases.slice(firstPhase, firstPhase + phases));
  program.buffers.forEach((buffer, index) => {
    if (!buffer.resident) return;
    for (let tile = 0; tile < program.tiles; tile++) {
      const [start, end] = extent(moment, tile, index);
      if (end > start && !memory.holds(tile, start, end, last.get(index) ?? index))
        fail(moment, `is lost during ${run.name}`, tile, index);
    }
  });
}

/** By variable, the buffer of the new value that is written last. */
function lastValues(program: TileProgram, phases: readonly Phase[]): ReadonlyMap<number, number> {
  const last = new Map<number, number>();
  const written = (buffer: number) => {
    const { replaces } = program.buffers[buffer];
    if (replaces !== undefined) last.set(replaces, buffer);
  };
  for (const phase of phases) {
    if (phase.kind === 'compute') written(phase.slots[phase.slots.length - 1].buffer);
    else for (const { to } of phase.copies) written(to);
  }
  return last;
}

function runPhase(moment: Moment, phase: Phase): void {
  if (phase.kind === 'compute') runVertices(moment, phase);
  else runCopies(moment, phase);
}

function runVertices(moment: Moment, phase: ComputePhase): void {
  const disorder = moment.rounds.begin(phase);
  if (disorder) fail(moment, disorder, 0, phase.slots[phase.slots.length - 1].buffer);
  for (let tile = 0; tile < moment.program.tiles; tile++) {
    if (phase.classOf[tile] < 0) continue;
    checkSlots(moment, phase, tile);
    for (const slot of phase.slots.slice(0, -1)) read(moment, tile, slot.buffer);
    checkRoundOn(moment, phase, tile);
    checkOverwriting(moment, phase, tile);
    if (phase.scratch !== undefined) checkScratch(moment, { ...phase, scratch: phase.scratch }, tile);
    const made = phase.round ? phase.round.index + 1 : 0;
    claim(moment, tile, phase.slots[phase.slots.length - 1].buffer, made);
  }
}

function checkRoundOn(moment: Moment, phase: ComputePhase, tile: number): void {
  const versionOf = (buffer: number) => moment.memory.version(tile, ...extent(moment, tile, buffer), buffer);
  const wrong = wrongInRound(phase, versionOf);
  if (wrong) fail(moment, wrong.what, tile, wrong.buffer);
}

/** Bytes of a tile that a copy reads. */
interface Read {
  readonly tile: number;
  readonly start: number;
  readonly end: number;
}

function runCopies(moment: Moment, phase: ExchangePhase): void {
  const { program } = moment;
  const { copies } = phase;
  const written = new Map<string, number>();
  const reads: Read[] = [];
  for (const { tile, from, fromTile, to, toTile, bytes, spread } of copies) {
    if (from >= 0 && program.buffers[from].kind !== 'host')
      reads.push(...readSenders(moment, from, fromTile, program.spreads[spread]));
    if (program.buffers[to].kind === 'host') continue;
    if (toTile !== tile) fail(moment, 'is written by another tile', toTile, to);
    written.set(`${toTile}:${to}`, (written.get(`${toTile}:${to}`) ?? 0) + bytes);
  }
  checkWrites(moment, written, reads);
  checkCopies(program, phase, (what, tile, buffer) => fail(moment, what, tile, buffer));
  for (const key of written.keys()) {
    const [tile, buffer] = key.split(':').map(Number);
    claim(moment, tile, buffer, phase.round);
  }
}

function readSenders(moment: Moment, buffer: number, first: number, spread: Spread): readonly Read[] {
  const expected = moment.placement.offsets[buffer][first];
  return spreadTiles(spread, first).map(tile => {
    read(moment, tile, buffer);
    const [start, end] = extent(moment, tile, buffer);
    if (start !== expected) fail(moment, 'lies elsewhere than a copy expects', tile, buffer);
    return { tile, start, end };
  });
}

function checkSlots(moment: Moment, phase: ComputePhase, tile: number): void {
  const { buffers, classes } = moment.program;
  const slots = addressedSlots(phase);
  for (const { buffer, offset } of slots) {
    const at = typeof offset === 'number' ? offset : offset[tile];
    const inside = Number.isInteger(at) && at >= 0 && at < buffers[buffer].bytes[tile];
    if (!inside) fail(moment, `has no place at byte ${at} for a vertex`, tile, buffer);
  }
  const { slots: expected } = classes[phase.classOf[tile]];
  if (expected !== slots.length)
    fail(moment, `is one of ${slots.length} operands and results, not ${expected}`, tile, slots[0].buffer);
}

/** What the vertex keeps for itself tears what lay there, and shares no bytes with what the vertex reads and writes. */
function checkScratch(moment: Moment, phase: ComputePhase & { readonly scratch: BufferId }, tile: number): void {
  const { scratch, slots, classOf } = phase;
  const [from, to] = extent(moment, tile, scratch);
  const { scratchBytes } = moment.program.classes[classOf[tile]];
  if (scratchBytes === undefined || scratchBytes > to - from)
    fail(moment, `has too few bytes for a vertex that uses ${scratchBytes}`, tile, scratch);
  for (const { buffer } of slots) {
    const [start, end] = extent(moment, tile, buffer);
    if (start < to && from < end) fail(moment, 'lies over scratch memory', tile, buffer);
  }
  claim(moment, tile, scratch);
}

/** Every operand that shares bytes with the result must be one that the phase may overwrite there. */
function checkOverwriting(moment: Moment, phase: ComputePhase, tile: number): void {
  const [from, to] = extent(moment, tile, phase.slots[phase.slots.length - 1].buffer);
  phase.slots.slice(0, -1).forEach(({ buffer }, slot) => {
    const [start, end] = extent(moment, tile, buffer);
    if (end <= from || to <= start) return;
    if (start === from && (phase.overwritable.includes(slot) || phase.beside?.includes(slot))) return;
    const behind = phase.behind?.find(b => b.slot === slot);
    if (behind && start - from >= behind.distanceBytes) return;
    fail(moment, 'is overwritten while it is read', tile, buffer);
  });
}

function checkWrites(moment: Moment, written: ReadonlyMap<string, number>, reads: readonly Read[]): void {
  const readOn = new Map<number, Read[]>();
  for (const r of reads) {
    const list = readOn.get(r.tile) ?? [];
    if (list.length === 0) readOn.set(r.tile, list);
    if (!list.some(known => known.start === r.start && known.end === r.end)) list.push(r);
  }
  for (const [key, bytes] of written) {
    const [tile, buffer] = key.split(':').map(Number);
    const [start, end] = extent(moment, tile, buffer);
    if (bytes > end - start) fail(moment, 'is written twice', tile, buffer);
    if (readOn.get(tile)?.some(r => r.start < end && start < r.end))
      fail(moment, 'is read and written in one exchange', tile, buffer);
  }
}

function read(moment: Moment, tile: number, buffer: number): void {
  if (moment.program.buffers[buffer].kind === 'host')
    fail(moment, 'is read by a vertex, but lies in the host window', tile, buffer);
  if (moment.rounds.isUnfinished(buffer)) fail(moment, 'is read before its last round', tile, buffer);
  const [start, end] = extent(moment, tile, buffer);
  if (end === start || !moment.memory.holds(tile, start, end, buffer))
    fail(moment, 'does not hold its value when it is read', tile, buffer);
}

function fail({ program, phase }: Judged & Pick<Moment, 'phase'>, what: string, tile: number, buffer: number): never {
  const where = phase === undefined ? '' : ` in phase ${phase} (${program.phases[phase].name})`;
  throw new InternalError(
    'referee',
    `buffer ${buffer} ${program.buffers[buffer].name} on tile ${tile} ${what}${where}`,
  );
}
