/** `tessera run`: runs a program once, from its source or from an artifact. */
import { type Chip, createChip, type Outputs } from '@tessera/chip';
import { type Diagnostic, isError, type Outcome } from '@tessera/diagnostics';
import { type NpyElement, type StoredTensor, writeNpy } from '@tessera/formats';
import type { ManifestProgram } from '@tessera/machine';
import type { Command } from 'commander';
import { readTensor } from '../files/weights.ts';
import { writeWhole } from '../files/write.ts';
import { meansChip } from '../flags/chip.ts';
import { addCompileFlags, addMemoryFlags, type CompileFlags } from '../flags/compile.ts';
import { type Pairs, pair, seed } from '../flags/values.ts';
import { artifactOf, isArtifactName, programIn } from '../running/artifact.ts';
import { fittedInputs, unknownOutputs } from '../running/inputs.ts';
import { initialised, loadWeights } from '../running/variables.ts';
import { type ExitCode, type Session, succeeded } from '../session.ts';
import { type RunResult, runJson, runText } from '../show/run.ts';

export interface RunFlags extends CompileFlags {
  readonly input?: Pairs;
  readonly output?: Pairs;
  readonly seed: number;
  readonly json?: boolean;
}

export function addRun(program: Command, session: Session): void {
  const command = program
    .command('run')
    .summary('run a program once')
    .description('Runs a program once, from its source or compiled, and sums its outputs up.')
    .argument('<file.dnn|file.wasm>')
    .option('--input <name=file.npy>', 'the value of an input (repeatable)', pair)
    .option('--output <name=file.npy>', 'where to write an output (repeatable)', pair)
    .option('--weights <file.safetensors>', 'the values of its parameters')
    .option('--seed <n>', 'decides the first values of variables that have no other', seed, 0)
    .option('--json', 'the summary as JSON');
  addMemoryFlags(addCompileFlags(command)).action(async (file: string, flags: RunFlags) => {
    refuseCompileFlags(command, file, flags);
    session.exitCode = await runRun(session, file, flags);
  });
}

/** What was compiled already cannot be compiled for another chip. */
function refuseCompileFlags(command: Command, file: string, flags: RunFlags): void {
  if ((flags.program?.length ?? 0) > 1) command.error('error: `run` runs one program: give one --program');
  if (!isArtifactName(file)) return;
  const { set, math, allocator, inplace, reuse } = flags;
  if (meansChip(flags) || set || math || allocator || !inplace || !reuse) {
    command.error(`error: ${file} is compiled already: --chip, --set, --math and the like are for .dnn files`);
  }
}

async function runRun(session: Session, file: string, flags: RunFlags): Promise<ExitCode> {
  const result = await execute(session, file, flags);
  if (!result.ok) return session.fail(result.diagnostics, flags.json);
  if (flags.json) session.printJson(runJson(result.value, result.diagnostics));
  else {
    session.report(result.diagnostics);
    session.print(runText(result.value, session.paint));
  }
  return 0;
}

async function execute(session: Session, file: string, flags: RunFlags): Promise<Outcome<RunResult>> {
  const { io } = session;
  const diagnostics: Diagnostic[] = [];
  const keep = <T>(outcome: Outcome<T>): Outcome<T> => {
    diagnostics.push(...outcome.diagnostics);
    return outcome;
  };
  const given = keep(readInputs(session, flags.input ?? {}));
  if (!given.ok) return { ok: false, diagnostics };
  const artifact = keep(await artifactOf(session, file, flags, given.value));
  if (!artifact.ok) return { ok: false, diagnostics };
  const { manifest } = artifact.value;
  const name = keep(programIn(manifest, file, flags.program?.[0]));
  if (!name.ok) return { ok: false, diagnostics };
  const program = manifest.programs[name.value];
  const inputs = keep(fittedInputs(name.value, program, given.value));
  diagnostics.push(...unknownOutputs(name.value, program, flags.output ?? {}));
  if (!inputs.ok || diagnostics.some(isError)) return { ok: false, diagnostics };
  const chip = keep(await createChip(artifact.value, { seed: flags.seed }));
  if (!chip.ok) return { ok: false, diagnostics };
  // What was compiled here has its weights in it.
  const loaded = isArtifactName(file) ? keep(loadWeights(io, chip.value, flags.weights)) : succeeded(new Set<string>());
  if (!loaded.ok) return { ok: false, diagnostics };
  const before = performance.now();
  const outputs = keep(chip.value.run(name.value, inputs.value));
  const hostSeconds = (performance.now() - before) / 1000;
  if (!outputs.ok) return { ok: false, diagnostics };
  const written = keep(writeOutputs(session, chip.value, program, outputs.value, flags.output ?? {}));
  if (!written.ok) return { ok: false, diagnostics };
  const { seed } = flags;
  const result: RunResult = {
    ...{ file, manifest, name: name.value, program, outputs: outputs.value, hostSeconds },
    ...{ written: flags.output ?? {}, seed, initialised: initialised(manifest, loaded.value) },
  };
  return succeeded(result, diagnostics);
}

function readInputs({ io }: Session, files: Pairs): Outcome<ReadonlyMap<string, StoredTensor>> {
  const tensors = new Map<string, StoredTensor>();
  const diagnostics: Diagnostic[] = [];
  for (const [name, file] of Object.entries(files)) {
    const read = readTensor(io, file);
    diagnostics.push(...read.diagnostics);
    if (read.ok) tensors.set(name, read.value);
  }
  return diagnostics.some(isError) ? { ok: false, diagnostics } : succeeded(tensors, diagnostics);
}

function writeOutputs(
  { io }: Session,
  _chip: Chip,
  program: ManifestProgram,
  outputs: Outputs,
  files: Pairs,
): Outcome<void> {
  for (const { name, type, shape } of program.outputs) {
    if (!Object.hasOwn(files, name)) continue;
    const tensor = { element: type, shape, data: outputs[name] } as StoredTensor<NpyElement>;
    const written = writeWhole(io, files[name], writeNpy(tensor));
    if (!written.ok) return written;
  }
  return succeeded(undefined);
}
