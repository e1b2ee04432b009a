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
 * The result of a vertex may lie over an operand only where the phase says so: on the same place, or so far before it as it says.
 * A variable's new value is a buffer of its own, so whoever still reads the old one behind it finds that torn; at the end of a program
 * every resident's memory must hold the last value it was given.
 */
import { InternalError } from '@tessera/diagnostics';
import {
  type ComputePhase,
  copyWidth,
  type Phase,
  spreadTiles,
  type TiledProgram,
  type TileProgram,
} from '../program.ts';
import type { Placement } from './place.ts';
import { checkCopies } from './referee-copies.ts';

interface Interval {
  readonly start: number;
  readonly end: number;
  readonly buffer: number;
}

/** What each tile's memory holds, as disjoint intervals in ascending order. */
class Memory {
  readonly #tiles: Interval[][];

  constructor(tiles: number) {
    this.#tiles = Array.from({ length: tiles }, () => []);
  }

  write(tile: number, start: number, end: number, buffer: number): void {
    const held = this.#tiles[tile];
    let from = 0;
    while (from < held.length && held[from].end <= start) from++;
    let to = from;
    while (to < held.length && held[to].start < end) to++;
    held.splice(from, to - from, { start, end, buffer });
  }

  holds(tile: number, start: number, end: number, buffer: number): boolean {
    return this.#tiles[tile].some(i => i.start === start && i.end === end && i.buffer === buffer);
  }
}

/** Throws an `InternalError` that names phase, tile and buffer if the placement breaks a rule. */
export function refereePlacement(program: TileProgram, placement: Placement, sramBytes: number): void {
  checkBounds(program, placement, sramBytes);
  const runs = [program.prepare, ...program.programs];
  for (const run of runs) {
    const memory = new Memory(program.tiles);
    program.buffers.forEach((buffer, index) => {
      if (!buffer.resident) return;
      for (let tile = 0; tile < program.tiles; tile++) claim(program, placement, memory, tile, index);
    });
    for (let phase = run.firstPhase; phase < run.firstPhase + run.phases; phase++) {
      runPhase(program, placement, memory, program.phases[phase], phase);
    }
    checkResidents(program, placement, memory, run);
  }
}

function extent(program: TileProgram, placement: Placement, tile: number, buffer: number): [number, number] {
  const start = placement.offsets[buffer][tile];
  return [start, start + program.buffers[buffer].bytes[tile]];
}

function claim(program: TileProgram, placement: Placement, memory: Memory, tile: number, buffer: number): void {
  const [start, end] = extent(program, placement, tile, buffer);
  if (end > start) memory.write(tile, start, end, buffer);
}

function checkBounds(program: TileProgram, placement: Placement, sramBytes: number): void {
  program.buffers.forEach((buffer, index) => {
    if (buffer.kind === 'host') return;
    for (let tile = 0; tile < program.tiles; tile++) {
      if (buffer.bytes[tile] === 0 || (!buffer.resident && placement.storage.life.first[index] < 0)) continue;
      const [start, end] = extent(program, placement, tile, index);
      if (start < 0 || end > placement.tableOffset || placement.tableOffset + placement.tiles[tile].tables > sramBytes)
        fail('lies outside the data area', program, -1, tile, index);
    }
  });
}

function checkResidents(program: TileProgram, placement: Placement, memory: Memory, run: TiledProgram): void {
  const { phases, firstPhase } = run;
  const last = lastValues(program, program.phases.slice(firstPhase, firstPhase + phases));
  program.buffers.forEach((buffer, index) => {
    if (!buffer.resident) return;
    for (let tile = 0; tile < program.tiles; tile++) {
      const [start, end] = extent(program, placement, tile, index);
      if (end > start && !memory.holds(tile, start, end, last.get(index) ?? index))
        fail(`is lost during ${run.name}`, program, -1, tile, index);
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
    else for (let at = 0; at < phase.copies.length; at += copyWidth) written(phase.copies[at + 5]);
  }
  return last;
}

function runPhase(program: TileProgram, placement: Placement, memory: Memory, phase: Phase, index: number): void {
  if (phase.kind === 'compute') {
    for (let tile = 0; tile < program.tiles; tile++) {
      if (phase.classOf[tile] < 0) continue;
      checkSlots(program, phase, tile, index);
      for (const slot of phase.slots.slice(0, -1)) read(program, placement, memory, tile, slot.buffer, index);
      checkOverwriting(program, placement, phase, tile, index);
      claim(program, placement, memory, tile, phase.slots[phase.slots.length - 1].buffer);
    }
    return;
  }
  const { copies } = phase;
  const written = new Map<string, number>();
  const reads: { tile: number; start: number; end: number; by: number; buffer: number }[] = [];
  for (let at = 0; at < copies.length; at += copyWidth) {
    const [tile, , from, fromTile, , to, toTile, , bytes, spread] = copies.subarray(at, at + copyWidth);
    if (from >= 0 && program.buffers[from].kind !== 'host') {
      for (const sender of spreadTiles(program.spreads[spread], fromTile)) {
        read(program, placement, memory, sender, from, index);
        const [start, end] = extent(program, placement, sender, from);
        if (start !== placement.offsets[from][fromTile])
          fail('lies elsewhere than a copy expects', program, index, sender, from);
        reads.push({ tile: sender, start, end, by: tile, buffer: from });
      }
    }
    if (program.buffers[to].kind === 'host') continue;
    if (toTile !== tile) fail('is written by another tile', program, index, toTile, to);
    written.set(`${toTile}:${to}`, (written.get(`${toTile}:${to}`) ?? 0) + bytes);
  }
  checkWrites(program, placement, written, reads, index);
  checkCopies(program, phase, (what, tile, buffer) => fail(what, program, index, tile, buffer));
  for (const key of written.keys()) {
    const [tile, buffer] = key.split(':').map(Number);
    claim(program, placement, memory, tile, buffer);
  }
}

function checkSlots(program: TileProgram, { classOf, slots }: ComputePhase, tile: number, index: number): void {
  for (const { buffer, offset } of slots) {
    const at = typeof offset === 'number' ? offset : offset[tile];
    const inside = Number.isInteger(at) && at >= 0 && at < program.buffers[buffer].bytes[tile];
    if (!inside) fail(`has no place at byte ${at} for a vertex`, program, index, tile, buffer);
  }
  const { slots: expected } = program.classes[classOf[tile]];
  if (expected !== slots.length)
    fail(`is one of ${slots.length} operands and results, not ${expected}`, program, index, tile, slots[0].buffer);
}

/** Every operand that shares bytes with the result must be one that the phase may overwrite there. */
function checkOverwriting(
  program: TileProgram,
  placement: Placement,
  phase: ComputePhase,
  tile: number,
  index: number,
): void {
  const [from, to] = extent(program, placement, tile, phase.slots[phase.slots.length - 1].buffer);
  phase.slots.slice(0, -1).forEach(({ buffer }, slot) => {
    const [start, end] = extent(program, placement, tile, buffer);
    if (end <= from || to <= start) return;
    if (start === from && (phase.overwritable.includes(slot) || phase.beside?.includes(slot))) return;
    const behind = phase.behind?.find(b => b.slot === slot);
    if (behind && start - from >= behind.distanceBytes) return;
    fail('is overwritten while it is read', program, index, tile, buffer);
  });
}

function checkWrites(
  program: TileProgram,
  placement: Placement,
  written: ReadonlyMap<string, number>,
  reads: readonly { tile: number; start: number; end: number; by: number; buffer: number }[],
  phase: number,
): void {
  const readOn = new Map<number, { start: number; end: number }[]>();
  for (const r of reads) {
    const list = readOn.get(r.tile) ?? [];
    if (list.length === 0) readOn.set(r.tile, list);
    if (!list.some(known => known.start === r.start && known.end === r.end)) list.push(r);
  }
  for (const [key, bytes] of written) {
    const [tile, buffer] = key.split(':').map(Number);
    const [start, end] = extent(program, placement, tile, buffer);
    if (bytes > end - start) fail('is written twice', program, phase, tile, buffer);
    if (readOn.get(tile)?.some(r => r.start < end && start < r.end))
      fail('is read and written in one exchange', program, phase, tile, buffer);
  }
}

function read(
  program: TileProgram,
  placement: Placement,
  memory: Memory,
  tile: number,
  buffer: number,
  phase: number,
): void {
  if (program.buffers[buffer].kind === 'host')
    fail('is read by a vertex, but lies in the host window', program, phase, tile, buffer);
  const [start, end] = extent(program, placement, tile, buffer);
  if (end === start || !memory.holds(tile, start, end, buffer))
    fail('does not hold its value when it is read', program, phase, tile, buffer);
}

function fail(what: string, program: TileProgram, phase: number, tile: number, buffer: number): never {
  const where = phase < 0 ? '' : ` in phase ${phase} (${program.phases[phase].name})`;
  throw new InternalError(
    'referee',
    `buffer ${buffer} ${program.buffers[buffer].name} on tile ${tile} ${what}${where}`,
  );
}
