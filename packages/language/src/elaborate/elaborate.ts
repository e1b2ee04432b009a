/**
 * The second half of the language: makes a module of programs and variables from a parsed file and all that it imports.
 *
 * 1. Load imports. Names that a file does not declare or import are looked up in the prelude.
 * 2. Check names everywhere, even in blocks that are never called.
 * 3. Evaluate constants, then every chosen model and train from its signature on. Calls are inlined and loops unrolled, shapes and element
 *    types are known at every step, and each op of the table becomes a node of the graph when it is met.
 *
 * Before: the file may come from any text; what the parser reported is not reported again. After: there is a module if and only if no
 * diagnostic is an error, and it passes verification.
 */
import { assertThat, type Diagnostic, isError, type Outcome, type Source } from '@tessera-dnn/diagnostics';
import { createGraphBuilder, type Module, type Program } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import type { Entry, File } from '../ast.ts';
import { parse } from '../parse.ts';
import { constantValue, outside } from './constants.ts';
import { type FileScope, type Load, type LoadedFiles, loadFiles, preludeScope } from './files.ts';
import type { Frame, Session } from './frame.ts';
import { LabelScope } from './labels.ts';
import { Budget } from './limits.ts';
import { checkNames } from './names/check.ts';
import type { Observer } from './observer.ts';
import { checkPrecisions, precisionOf, type StoredFloat } from './precision.ts';
import { checkProgramName, elaborateProgram } from './programs.ts';
import { Reporter } from './report.ts';
import { run } from './run.ts';
import { Scope } from './scope.ts';
import { checkSettings } from './settings.ts';
import { elaboration } from './stage.ts';
import { didYouMean } from './suggest.ts';
import { VariableTable } from './variables.ts';

export interface ElaborateOptions {
  /** The ops that programs are built of. */
  readonly table: OpTable;
  /** Finds the text of an imported file. Without it, importing is an error. */
  readonly load?: Load;
  /** Values of constants (`classes`) and dimension parameters (`lenet.n`) given from outside, as text. */
  readonly set?: Readonly<Record<string, string>>;
  /** Names of the models and trains that are wanted; absent: all of the root file. */
  readonly programs?: readonly string[];
  /** In what is stored what the file calls f32: optimisers round to it by chance. Absent: as the file says. */
  readonly precision?: StoredFloat;
  /** Every `minimize` has the clause `master f32`. */
  readonly masterWeights?: boolean;
  /** Trains become what they compute without training: `training` is false, `minimize` and `:=` in their bodies have no effect. */
  readonly evaluation?: boolean;
  /** The parser's diagnostics about this file, whose consequences are not reported. */
  readonly syntax?: readonly Diagnostic[];
  /** Told what stands where while this is found out. */
  readonly observer?: Observer;
}

/** A file with what it imports, and what is visible in each. */
export interface Resolved {
  readonly files: LoadedFiles;
  /** Errors and warnings of the names in all of them, and those of the parser in the imported ones. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The first half of {@link elaborate} alone: it finds imports and checks names, and evaluates nothing. */
export function resolve(file: File, options: ElaborateOptions): Resolved {
  const reporter = new Reporter();
  reporter.expect(options.syntax ?? []);
  return { files: resolveNames(file, options, reporter), diagnostics: reporter.diagnostics };
}

/**
 * The module of a file: its models and trains in the order of the source, and their variables. The outcome has the errors and warnings
 * about the file and its imports. If the parser reported errors in the file, there may be no module although the outcome has no error of
 * its own.
 */
export function elaborate(file: File, options: ElaborateOptions): Outcome<Module> {
  const reporter = new Reporter();
  reporter.expect(options.syntax ?? []);
  const { programs, session, complete } = elaborateFile(file, options, reporter);
  const { diagnostics } = reporter;
  if (!complete || diagnostics.some(isError)) return { ok: false, diagnostics };
  const all = [...programs, ...computedFirstValues(session)];
  return { ok: true, value: { variables: session.variables.all, programs: all }, diagnostics };
}

/** What `init` will have to compute of other first values; `initProgram` completes it. */
function computedFirstValues({ firstValues, variables }: Session): readonly Program[] {
  if (!variables.all.some(({ initialiser }) => initialiser.kind === 'computed')) return [];
  return [{ name: 'init', kind: 'init', graph: firstValues.finish(), origin: {} }];
}

/** All diagnostics about a text, including those of the parser and of its imports. A file that has only blocks is fine. */
export function check(source: Source, options: ElaborateOptions): readonly Diagnostic[] {
  const { file, diagnostics } = parse(source);
  const reporter = new Reporter();
  reporter.append(diagnostics);
  const { complete } = elaborateFile(file, options, reporter);
  const explained = complete || reporter.diagnostics.some(isError);
  assertThat(explained, elaboration.name, 'a program failed without a diagnostic', source.name);
  return reporter.diagnostics;
}

interface Elaborated {
  readonly session: Session;
  readonly programs: readonly Program[];
  /** Whether every chosen model and train became a program. */
  readonly complete: boolean;
}

function resolveNames(file: File, { load, table, observer }: ElaborateOptions, reporter: Reporter): LoadedFiles {
  const files = loadFiles(file, load ?? (() => undefined), preludeScope(), reporter);
  for (const scope of files.all) checkNames(scope, table, reporter, observer);
  return files;
}

function elaborateFile(file: File, options: ElaborateOptions, reporter: Reporter): Elaborated {
  const files = resolveNames(file, options, reporter);
  const session: Session = {
    table: options.table,
    reporter,
    observer: options.observer,
    variables: new VariableTable(),
    settings: { root: files.root, texts: new Map(Object.entries(options.set ?? {})) },
    constants: new Map(),
    precision: precisionOf(file, options.precision),
    masterWeights: options.masterWeights ?? false,
    evaluation: options.evaluation ?? false,
    firstValues: createGraphBuilder(options.table),
  };
  checkPrecisions(files, options.precision, reporter);
  checkSettings(session.settings, reporter);
  evaluateConstants(session, files.all);
  const entries = chosen(files.root, options.programs, reporter);
  for (const entry of entries) checkProgramName(entry, reporter);
  const built = entries.filter(entry => entry.name.text !== '');
  const programs = built.map(entry => elaborateProgram(session, entry, files.root));
  const made = programs.filter(program => program !== undefined);
  options.observer?.variables?.(session.variables.all);
  return { session, programs: made, complete: made.length === built.length };
}

/** Evaluates all constants, since one that no program reads can be wrong too. */
function evaluateConstants(session: Session, files: readonly FileScope[]): void {
  for (const scope of files) {
    const frame = compileTimeFrame(session, scope);
    for (const item of scope.file.items) {
      if (item.kind === 'const') run(constantValue(frame, item, scope, item.name.span));
    }
  }
}

function compileTimeFrame(session: Session, file: FileScope): Frame {
  const nowhere = { scope: new Scope(), labels: new LabelScope(), declared: new Map(), exit: { value: undefined } };
  return outside({ session, budget: new Budget(), file, training: false, calls: [], ...nowhere }, file);
}

function chosen(root: FileScope, names: readonly string[] | undefined, reporter: Reporter): readonly Entry[] {
  const all = root.file.items.filter((item): item is Entry => item.kind === 'model' || item.kind === 'train');
  if (names === undefined) return all;
  const known = all.map(entry => entry.name.text);
  for (const name of names) {
    if (known.includes(name)) continue;
    const help = didYouMean(name, known) ?? (known.length > 0 ? `it has ${known.join(', ')}` : undefined);
    reporter.error({ code: 'unknown-program', message: `the file has no model or train ${name}`, help });
  }
  return all.filter(entry => names.includes(entry.name.text));
}
