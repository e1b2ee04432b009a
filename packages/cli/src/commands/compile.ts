/** `tessera compile`: writes the artifact, and prints what single stages made on the way to it. */
import { basename } from 'node:path';
import {
  type Artifact,
  assemble,
  backStages,
  type CompileOptions,
  declarationOf,
  frontEnd,
  type Plan,
  plan,
  stages,
} from '@tessera-dnn/compiler';
import { jsonOf, type Outcome, type Source } from '@tessera-dnn/diagnostics';
import { parse } from '@tessera-dnn/language';
import { formatSize } from '@tessera-dnn/machine';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readProgram } from '../files/model.ts';
import { isSameFile } from '../files/target.ts';
import { fileOfWeights } from '../files/weights.ts';
import { writeTogether } from '../files/write.ts';
import { addCompileFlags, addMemoryFlags, type CompileFlags, compileOptionsOf } from '../flags/compile.ts';
import { addFileFlags, weightsFlag } from '../flags/files.ts';
import { refuseReplacing } from '../flags/replacing.ts';
import { threads } from '../flags/values.ts';
import { type ExitCode, type Session, succeeded } from '../session.ts';
import { memoryText } from '../show/memory.ts';
import { counted, grouped } from '../show/numbers.ts';
import { showProgress } from '../show/progress.ts';
import { type Emit, emittable, isFrontStage, StageTexts, stageOf } from '../show/stages.ts';
import { treeText } from '../show/tree.ts';
import { suggest } from '../suggest.ts';

interface Flags extends CompileFlags {
  readonly output?: string;
  readonly emit?: Emit;
  readonly printAfter?: string;
  readonly types?: string;
  readonly portable?: boolean;
  readonly weightsBeside?: boolean;
  readonly json?: boolean;
}

/** Adds the command `compile` to `program`. Without `-o`, `--emit` or `--print-after` there is nothing to do, which is a usage error. */
export function addCompile(program: Command, session: Session): void {
  const command = program
    .command('compile')
    .summary('compile a program to one .wasm file')
    .description('Compiles a program to one .wasm file that runs with nothing but the WebAssembly API.')
    .argument('<file.dnn|file.onnx>')
    .option('-o, --output <file.wasm>', 'where to write it')
    .option(...weightsFlag('the values of its parameters, to be part of the artifact'))
    .option('--weights-beside', 'write these to a file of their own, OUT.safetensors, which the chip loads')
    .option('--portable', 'run where there is no relaxed SIMD too, and carry the code for where there is')
    .option('--threads <n>', 'how many threads may share the work of a run (default: 1)', threads)
    .addOption(
      new Option(
        '--types <net.d.dnn.ts>',
        'where to write what TypeScript may know of it: programs, inputs and outputs',
      ),
    )
    .addOption(new Option('--emit <what>', 'print what a stage made, as text').choices(emittable))
    .option('--print-after <stage>', `the result of a stage: ${stages.join(', ')}`, stageNamed)
    .option('--json', 'what was written, as JSON');
  addMemoryFlags(addCompileFlags(addFileFlags(command))).action((file: string, flags: Flags) => {
    if (flags.output === undefined && flags.emit === undefined && flags.printAfter === undefined) {
      const name = file.replace(/(\.dnn)?$/i, '.wasm');
      command.error(`error: say where to write the artifact: -o ${name}`);
    }
    const replaced = filesReadFor(file, flags).find(name => isSameFile(session.io, name, flags.output ?? ''));
    if (replaced !== undefined) command.error(`error: -o ${flags.output} would replace ${replaced}, which is compiled`);
    if (flags.types !== undefined && flags.output === undefined) command.error('error: --types goes with -o');
    if (flags.weightsBeside && (flags.output === undefined || flags.weights === undefined)) {
      command.error('error: --weights-beside goes with --weights and -o');
    }
    const kept = [file, flags.output, fileOfWeights(flags.weights), flags.chip].filter(name => name !== undefined);
    const beside = flags.weightsBeside ? besideOf(flags.output ?? '') : undefined;
    refuseReplacing(command, session.io, '--weights-beside', beside, kept);
    refuseReplacing(command, session.io, '--types', flags.types, beside === undefined ? kept : [...kept, beside]);
    session.exitCode = runCompile(session, file, flags);
  });
}

/** The file of the weights beside an artifact: `out/net.safetensors` for `out/net.wasm`. */
function besideOf(output: string): string {
  return `${output.replace(/\.wasm$/i, '')}.safetensors`;
}

/** The files that the artifact must not replace. */
function filesReadFor(file: string, { output, weights, chip }: Flags): readonly string[] {
  return output === undefined ? [] : [file, fileOfWeights(weights), chip].filter(name => name !== undefined);
}

function stageNamed(text: string): string {
  if (stages.includes(text)) return text;
  throw new InvalidArgumentError(suggest(text, stages, 'There is no such stage.'));
}

function runCompile(session: Session, file: string, flags: Flags): ExitCode {
  const { io } = session;
  const { emit, output, printAfter, json } = flags;
  const source = readProgram(io, file, flags);
  if (!source.ok) return session.fail(source.diagnostics, json);
  if (emit === 'ast') {
    const { file, diagnostics } = parse(source.value);
    session.print(treeText(file));
    if (output === undefined && printAfter === undefined) return session.report(diagnostics);
  }
  const asked = compileOptionsOf(io, source.value, flags);
  if (!asked.ok) return session.fail(asked.diagnostics, json);
  const weightsBeside = flags.weightsBeside && output !== undefined ? basename(besideOf(output)) : undefined;
  const options = { ...asked, value: { ...asked.value, portable: flags.portable, weightsBeside } };
  const wanted = [printAfter, stageOf(emit)].filter(stage => stage !== undefined);
  const frontOnly = output === undefined && emit !== 'memory' && wanted.every(isFrontStage);
  const planned = planShowing(session, source.value, options.value, wanted, frontOnly);
  const diagnostics = [...options.diagnostics, ...planned.diagnostics];
  if (!planned.ok) return session.fail(diagnostics, json);
  if (planned.value !== undefined && emit === 'memory') session.print(memoryText(planned.value, session.paint));
  if (planned.value === undefined || output === undefined) return session.report(diagnostics);
  const written = write(session, output, planned.value, flags.types);
  if (!written.ok) return session.fail([...diagnostics, ...written.diagnostics], json);
  if (json) session.printJson({ ...factsOf(output, written.value), diagnostics: diagnostics.map(jsonOf) });
  else {
    session.report(diagnostics);
    io.err.write(`${summary(output, written.value)}\n${hosts(written.value)}`);
  }
  return 0;
}

/** The plan. The texts of the wanted stages are printed even if a later stage fails. Undefined if only the front end was needed. */
function planShowing(
  session: Session,
  source: Source,
  options: CompileOptions,
  wanted: readonly string[],
  frontOnly: boolean,
): Outcome<Plan | undefined> {
  const progress = showProgress(session.io.err, stages);
  const texts = new StageTexts(wanted);
  const after = (stage: string, print: () => string): void => {
    progress.after(stage);
    texts.after(stage, print);
  };
  try {
    if (!frontOnly) return planned(source, { ...options, after }, wanted.includes(backStages.link.name));
    const front = frontEnd(source, { ...options, after });
    return front.ok ? succeeded(undefined, front.diagnostics) : front;
  } finally {
    progress.end();
    for (const text of texts.texts()) session.print(text);
  }
}

/** The plan. It is also assembled if the text of the stage `link` is wanted, even where the bytes are not. */
function planned(source: Source, options: CompileOptions, link: boolean): Outcome<Plan> {
  const made = plan(source, options);
  if (!made.ok || !link) return made;
  const assembled = assemble(made.value, options);
  return assembled.ok ? made : { ...assembled, diagnostics: [...made.diagnostics, ...assembled.diagnostics] };
}

function write({ io }: Session, output: string, planned: Plan, types?: string): Outcome<Artifact> {
  const artifact = assemble(planned);
  if (!artifact.ok) return artifact;
  const { bytes, beside, manifest } = artifact.value;
  const written = writeTogether(io, [
    { name: output, content: bytes },
    ...(beside ? [{ name: besideOf(output), content: beside }] : []),
    ...(types === undefined ? [] : [{ name: types, content: declarationOf(manifest) }]),
  ]);
  return written.ok ? artifact : written;
}

function factsOf(output: string, { bytes, manifest, report }: Artifact) {
  const { totalBytes, peakBytes, parameters, states } = report;
  return {
    output,
    bytes: bytes.length,
    ...(manifest.weights && { weights: manifest.weights }),
    chip: manifest.chip.name,
    math: manifest.math,
    features: manifest.features,
    programs: Object.keys(manifest.programs),
    memory: { totalBytes, peakBytes },
    parameters,
    states,
  };
}

/** Which hosts can run the file; empty if every host with WebAssembly SIMD can. */
function hosts({ manifest }: Artifact): string {
  if (!manifest.features.includes('relaxed-simd')) return '';
  return 'it needs relaxed SIMD: Node 21, Chrome 114, Firefox 145 or later; for Node 20 and Safari too, add --portable or --math strict\n';
}

function summary(output: string, { bytes, manifest, report }: Artifact): string {
  const programs = Object.keys(manifest.programs);
  const embedded = manifest.variables.filter(variable => variable.embedded).length;
  const variables = manifest.variables.length - embedded;
  const beside =
    manifest.weights && `; its weights are in ${manifest.weights.file}, ${grouped(manifest.weights.bytes)} bytes`;
  const drawn = variables === 0 ? '' : `; ${counted(variables, 'variable')} to be initialised by init(seed)`;
  const weights = beside ?? drawn;
  return `${output}: ${grouped(bytes.length)} bytes, ${programs.join(', ')} on ${manifest.chip.name}, ${formatSize(report.totalBytes)} of memory${weights}`;
}
