/** `tessera diff`: what differs between two plans, tensor by tensor and phase by phase. */
import { tryPlanWithTables } from '@tessera-dnn/compiler';
import { type Diagnostic, isError, jsonOf, type Outcome } from '@tessera-dnn/diagnostics';
import { difference, type Explored, explore } from '@tessera-dnn/explorer';
import { Command } from 'commander';
import { readProgram } from '../files/model.ts';
import { addCompileFlags, addMemoryFlags, type CompileFlags, compileOptionsOf } from '../flags/compile.ts';
import { wordsOf } from '../flags/words.ts';
import { type ExitCode, type Session, succeeded } from '../session.ts';
import { differenceText } from '../show/diff.ts';

interface Flags extends CompileFlags {
  readonly with?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Adds the command `diff` to `program`. One file without `--with` is a usage error. Exits with 1 only where one of both cannot be planned at all. */
export function addDiff(program: Command, session: Session): void {
  const command = program
    .command('diff')
    .summary('say what differs between two plans')
    .description(
      'Plans two programs, or one with other flags, and says what differs: on the fullest tile, for each tensor and for each phase. That one of them does not fit is part of the answer.',
    )
    .argument('<before.dnn|before.onnx>')
    .argument('[after.dnn|after.onnx]', 'the same file if it is left out')
    .option('--with <flags>', 'more flags for the second, in quotes: "--precision bf16 --tiles 32"')
    .option('--all', 'every tensor and phase that differs, not only the largest differences')
    .option('--json', 'all of it, as JSON');
  addMemoryFlags(addCompileFlags(command)).action((before: string, after: string | undefined, flags: Flags) => {
    if (after === undefined && flags.with === undefined)
      command.error('error: name a second file, or other flags for the same one: --with "--precision bf16"');
    const second = flags.with === undefined ? flags : { ...flags, ...given(command, flags.with) };
    session.exitCode = runDiff(session, [before, after ?? before], [flags, second]);
  });
}

/** The flags of a text that are there, and not those that have a value anyhow. A mistake in them is a usage error. */
function given(command: Command, text: string): Partial<Flags> {
  const parser = addMemoryFlags(addCompileFlags(new Command(command.name()))).exitOverride();
  parser.configureOutput(command.configureOutput());
  const words = wordsOf(text);
  if (words === undefined) command.error(`error: a quote in --with does not end: ${text}`);
  parser.parse(words, { from: 'user' });
  const all = Object.entries(parser.opts<Flags>());
  return Object.fromEntries(all.filter(([name]) => parser.getOptionValueSource(name) === 'cli'));
}

function runDiff(session: Session, files: readonly [string, string], flags: readonly [Flags, Flags]): ExitCode {
  const [{ json, all }] = flags;
  const [before, after] = files.map((file, at) => exploredOf(session, file, flags[at]));
  if (!before.ok) return session.fail(before.diagnostics, json);
  if (!after.ok) return session.fail(after.diagnostics, json);
  const found = difference(before.value, after.value);
  const names = [files[0], nameOfSecond(files, flags[1])] as const;
  // That one of them does not fit is told with the rest. What is said of one program twice is said once.
  const warnings = distinct([...before.diagnostics, ...after.diagnostics].filter(each => !isError(each)));
  if (json) session.printJson({ before: names[0], after: names[1], ...found, diagnostics: warnings.map(jsonOf) });
  else {
    session.report(warnings);
    session.print(differenceText(found, names, session.paint, all));
  }
  return 0;
}

/** The same file is told by its other flags. */
function nameOfSecond([before, after]: readonly [string, string], { with: more }: Flags): string {
  if (more === undefined) return after;
  return before === after ? `with ${more}` : `${after} with ${more}`;
}

function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map(each => [JSON.stringify(jsonOf(each)), each])).values()];
}

/** What is known of a plan, whether or not it fits, and what the compiler says of it. */
function exploredOf({ io }: Session, file: string, flags: Flags): Outcome<Explored> {
  const source = readProgram(io, file, flags);
  if (!source.ok) return source;
  const options = compileOptionsOf(io, source.value, flags);
  if (!options.ok) return options;
  const { placed, tables, outcome } = tryPlanWithTables(source.value, options.value, 'without-hints');
  const diagnostics = [...options.diagnostics, ...outcome.diagnostics];
  return placed && tables ? succeeded(explore(placed, tables, diagnostics), diagnostics) : { ok: false, diagnostics };
}
