/** What is said of one storage on one tile: why it lives, and who has its place at other times. */
import type { Sharing } from '@tessera-dnn/tiling';
import { type Box, boxesOf } from './boxes.ts';
import type { Explored, ExploredProgram } from './explored.ts';

/** A phase that names one of a storage's buffers, counted over all programs. */
export interface Use {
  readonly phase: number;
  readonly buffer: number;
  readonly writes: boolean;
}

/** The phases of all programs that write or read a storage, in their order. */
export function usesOf({ phases, buffers }: Explored, root: number): readonly Use[] {
  const uses: Use[] = [];
  for (let phase = 0; phase + 1 < phases.starts.length; phase++) {
    for (let i = phases.starts[phase]; i < phases.starts[phase + 1]; i++) {
      const buffer = phases.touched[i];
      if (buffers.roots[buffer] === root) uses.push({ phase, buffer, writes: phases.writes[i] === 1 });
    }
  }
  return uses;
}

/** The boxes of a tile that have some of the storage's addresses while it does not live. */
export function neighboursOf(explored: Explored, program: ExploredProgram, tile: number, root: number): readonly Box[] {
  const boxes = boxesOf(explored, program, tile);
  const own = boxes.find(({ buffer }) => buffer === root);
  if (!own) return [];
  const end = own.offsetBytes + own.bytes;
  return boxes.filter(
    ({ buffer, offsetBytes, bytes }) => buffer !== root && offsetBytes < end && own.offsetBytes < offsetBytes + bytes,
  );
}

/** The buffers that lie in a storage, its own first. */
export function membersOf({ buffers }: Explored, root: number): readonly number[] {
  const members: number[] = [];
  buffers.roots.forEach((of, buffer) => {
    if (of === root) members.push(buffer);
  });
  return members;
}

/** What became of operands that the storage's buffers might have been stored over, and of results that might have been stored over them. */
export function sharingsOf({ sharings, buffers }: Explored, root: number): readonly Sharing[] {
  const isOwn = (buffer: number | undefined) => buffer !== undefined && buffers.roots[buffer] === root;
  return sharings.filter(({ resultBuffer, operand }) => isOwn(resultBuffer) || isOwn(operand));
}
