/** Files that a command writes must not be those it reads, nor each other. */
import type { Command } from 'commander';
import { isSameFile } from '../files/target.ts';
import type { Io } from '../io.ts';

/** A usage error if what `flag` writes, `target`, is one of `needed`. */
export function refuseReplacing(
  command: Command,
  io: Io,
  flag: string,
  target: string | undefined,
  needed: readonly string[],
): void {
  const replaced = target === undefined ? undefined : needed.find(name => isSameFile(io, name, target));
  if (replaced !== undefined) command.error(`error: ${flag} ${target} would replace ${replaced}, which is needed`);
}
