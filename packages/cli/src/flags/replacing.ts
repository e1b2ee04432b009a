/** A command must not overwrite the files that it reads, nor write two results to one file. */
import type { Command } from 'commander';
import { isSameFile } from '../files/target.ts';
import type { Io } from '../io.ts';

/** A usage error if `target`, the file that `flag` names, is one of `needed`. */
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
