/** `run` and `train` take a text or a compiled file. This refuses the flags that make no sense for a compiled one. */
import type { Command } from 'commander';
import { isArtifactName } from '../running/artifact.ts';
import { meansChip } from './chip.ts';
import type { CompileFlags } from './compile.ts';

/**
 * A usage error for more than one `--program` and, if `file` is compiled already, for every flag that concerns the compilation, such as
 * `--chip`.
 */
export function refuseCompileFlags(command: Command, file: string, flags: Omit<CompileFlags, 'threads'>): void {
  if ((flags.program?.length ?? 0) > 1)
    command.error(`error: \`${command.name()}\` takes one program: give one --program`);
  if (!isArtifactName(file)) return;
  const { set, math, allocator, recompute, inplace, reuse, verify } = flags;
  const stored = flags.precision !== undefined || flags.masterWeights;
  if (
    meansChip(flags) ||
    set ||
    math ||
    allocator ||
    recompute !== undefined ||
    stored ||
    !inplace ||
    !reuse ||
    verify
  ) {
    command.error(`error: ${file} is compiled already: --chip, --set, --math and the like are for .dnn files`);
  }
}
