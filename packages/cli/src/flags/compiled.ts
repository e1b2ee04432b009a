/** Commands that run one program of a file, which may be compiled already: which flags make sense then. */
import type { Command } from 'commander';
import { isArtifactName } from '../running/artifact.ts';
import { meansChip } from './chip.ts';
import type { CompileFlags } from './compile.ts';

/** What was compiled already cannot be compiled for another chip. */
export function refuseCompileFlags(command: Command, file: string, flags: CompileFlags): void {
  if ((flags.program?.length ?? 0) > 1)
    command.error(`error: \`${command.name()}\` takes one program: give one --program`);
  if (!isArtifactName(file)) return;
  const { set, math, allocator, recompute, inplace, reuse, verify } = flags;
  if (meansChip(flags) || set || math || allocator || recompute !== undefined || !inplace || !reuse || verify) {
    command.error(`error: ${file} is compiled already: --chip, --set, --math and the like are for .dnn files`);
  }
}
