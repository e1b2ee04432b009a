/** The flags that decide how a text is compiled, and the options they become. */
import { algorithms, type CompileOptions, strategies } from '@tessera-dnn/compiler/planning';
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { type Command, Option } from 'commander';
import type { ProgramSource } from '../files/model.ts';
import { importLoader } from '../files/source.ts';
import { readWeights } from '../files/weights.ts';
import type { Io } from '../io.ts';
import { succeeded } from '../session.ts';
import { addChipFlags, type ChipFlags, chipOf } from './chip.ts';
import { conversionOf, type FileFlags } from './files.ts';
import { addImportFlags, type ImportFlags } from './import.ts';
import { count, type Pairs, pair, recompute, several, size } from './values.ts';

export interface CompileFlags extends ChipFlags, ImportFlags, FileFlags {
  readonly set?: Pairs;
  readonly math?: 'fast' | 'strict';
  readonly threads?: number;
  /** Commander sets it to true where the flag is not given. */
  readonly variant: true | string;
  readonly program?: readonly string[];
  readonly weights?: string;
  readonly precision?: CompileOptions['precision'];
  readonly masterWeights?: boolean;
  /** No flag of its own: commands that evaluate set it. */
  readonly evaluation?: boolean;
  readonly recompute?: CompileOptions['recompute'];
  readonly memory?: number;
  readonly cycles?: number;
  readonly inplace: boolean;
  readonly reuse: boolean;
  readonly allocator?: CompileOptions['allocator'];
  readonly verify?: boolean;
}

/** Adds the flags that every command which compiles has: `--program`, `--set`, `--math` and those of the chip. */
export function addCompileFlags(command: Command): Command {
  command
    .option('--program <name>', 'only this program (repeatable; default: all of the file)', several)
    .option('--set <name=value>', 'another value for a constant or a dimension (repeatable)', pair)
    .addOption(
      new Option('--math <kind>', 'fast: fused multiply-add; strict: the same bits on every host').choices([
        'fast',
        'strict',
      ]),
    )
    .addOption(new Option('--no-variant <name>', 'compute no operation by this algorithm').choices(algorithms));
  return addChipFlags(addImportFlags(command));
}

/** Adds the flags that decide how memory is laid out. */
export function addMemoryFlags(command: Command): Command {
  return command
    .optionsGroup('The memory:')
    .option('--memory <size>', 'the fastest plan whose fullest tile takes at most so much, as 96KiB', size)
    .option('--cycles <n>', 'the smallest plan of at most so many modelled cycles', count)
    .option(
      '--recompute <how>',
      'compute values again instead of keeping them: none (default), sqrt, auto, or a size to stay below, as 20MiB',
      recompute,
    )
    .addOption(
      new Option('--precision <type>', 'store variables and what is computed in 16 bits; f32: as written').choices([
        'f16',
        'bf16',
        'f32',
      ]),
    )
    .option('--master-weights', 'every `minimize` has `master f32`: what it trains, or a copy, has 32 bits')
    .option('--no-inplace', 'never store a result over its operand')
    .option('--no-reuse', 'never let two tensors share memory')
    .addOption(new Option('--allocator <strategy>', 'how buffers get their addresses').choices(strategies))
    .option('--verify', 'check the result of every stage, and the finished placement');
}

/** The options that `flags` ask for, with every file they name read. */
export function compileOptionsOf(io: Io, source: ProgramSource, flags: CompileFlags): Outcome<CompileOptions> {
  const chip = chipOf(io, flags);
  const weights = flags.weights === undefined ? succeeded(undefined) : readWeights(io, flags.weights, flags.rename);
  const diagnostics: readonly Diagnostic[] = [...chip.diagnostics, ...weights.diagnostics];
  if (!chip.ok || !weights.ok) return { ok: false, diagnostics };
  const options: CompileOptions = {
    chip: chip.value,
    weights: weights.value?.tensors ?? source.imported?.weights,
    spareWeights: weights.value?.spare,
    foreignWeights: weights.value?.foreign,
    conversion: conversionOf(flags),
    math: flags.math,
    threads: flags.threads,
    withoutVariants: flags.variant === true ? undefined : [flags.variant],
    set: flags.set,
    programs: flags.program,
    load: importLoader(io, source),
    precision: flags.precision,
    masterWeights: flags.masterWeights,
    evaluation: flags.evaluation,
    recompute: flags.recompute,
    memory: flags.memory,
    cycles: flags.cycles,
    inPlace: flags.inplace,
    reuse: flags.reuse,
    allocator: flags.allocator,
    verify: flags.verify,
  };
  return succeeded(options, diagnostics);
}
