/** The phases of a tile program as text to look at: what the stage prints. */
import type { ExchangePhase, Phase, TileProgram } from '../program.ts';
import { numberedPhase } from './phase-number.ts';

/** The phases of all programs by their numbers, one a line, as text to look at; `printTileProgram` writes the text that can be read back. */
export function printTiles(program: TileProgram): string {
  const lines = [`tiles ${program.tiles}`];
  for (const run of [program.prepare, ...program.programs]) {
    if (run.phases === 0) continue;
    lines.push(`${run.kind} ${run.name}`);
    for (let phase = run.firstPhase; phase < run.firstPhase + run.phases; phase++) {
      lines.push(`  ${numberedPhase(program, phase).number} ${printPhase(program, program.phases[phase])}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function printPhase(program: TileProgram, phase: Phase): string {
  if (phase.kind === 'exchange') return `exchange ${phase.name}: ${printCopies(program, phase)}`;
  const active = phase.classOf.filter(id => id >= 0);
  const classes = new Set(active);
  const slots = phase.slots.map(slot => program.buffers[slot.buffer].name);
  const codes = [...new Set([...classes].map(id => program.codeNames[program.classes[id].code]))];
  return `compute ${phase.name}: ${codes.join(', ')} on ${active.length} tiles, ${classes.size} ${classes.size === 1 ? 'class' : 'classes'}; ${slots.slice(0, -1).join(', ')} -> ${slots.at(-1)}`;
}

function printCopies(program: TileProgram, phase: ExchangePhase): string {
  const tiles = new Set<number>();
  const pairs = new Map<string, number>();
  for (const { tile, from, to, bytes } of phase.copies) {
    tiles.add(tile);
    const pair = `${from < 0 ? 'fill' : program.buffers[from].name} -> ${program.buffers[to].name}`;
    pairs.set(pair, (pairs.get(pair) ?? 0) + bytes);
  }
  const moved = [...pairs].map(([pair, bytes]) => `${pair} ${bytes} B`).join(', ');
  return `${phase.copies.count} copies on ${tiles.size} tiles; ${moved}`;
}
