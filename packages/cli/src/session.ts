/** What every command gets: the streams, colours, and one way to report diagnostics and to end. */
import { type Diagnostic, isError, jsonOf, type Outcome, printable, render } from '@tessera-dnn/diagnostics';
import pico from 'picocolors';
import type { Code } from './explain/catalogue.ts';
import type { Io, Signal } from './io.ts';
import { guarded } from './show/guard.ts';

/** 0: the command has done its work. 1: something in the user's files or data is wrong. 2: the command line was not understood. */
export type ExitCode = 0 | 1 | 2 | (typeof signalCodes)[Signal];

/**
 * The exit codes of a command that a signal asked to end, and that ended in order. They are those that a shell reports for a process which
 * the signal killed.
 */
export const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const satisfies {
  readonly [s in Signal]: number;
};

export type Paint = ReturnType<typeof pico.createColors>;

/** The most diagnostics that one command prints: nobody reads more, and most of the later ones have the same cause. */
const mostShown = 100;

/** One run of a command: its streams, its colours, and the exit code that it leaves. */
export class Session {
  /** The streams, guarded so that control characters in names from files cannot control the terminal. */
  readonly io: Io;
  readonly #data: (text: string) => void;
  /** Colours for the standard output. */
  readonly paint: Paint;
  /** Set by the command that ran. */
  exitCode: ExitCode = 0;

  constructor(io: Io) {
    this.io = { ...io, out: guarded(io.out), err: guarded(io.err) };
    // Data that goes to a file or another program must stay exactly as it is, and it contains no colours of ours.
    this.#data = text => io.out.write(io.out.isTerminal ? printable(text) : text);
    this.paint = pico.createColors(io.out.hasColors);
  }

  print(text: string): void {
    this.io.out.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Prints what another program reads as it stands, such as a table or a program. */
  printData(text: string): void {
    this.#data(text);
  }

  printJson(value: unknown): void {
    this.print(JSON.stringify(value, undefined, 2));
  }

  /** Prints diagnostics as text on the standard error. Returns 1 if one of them is an error, else 0. */
  report(diagnostics: readonly Diagnostic[]): ExitCode {
    const color = this.io.err.hasColors;
    for (const diagnostic of diagnostics.slice(0, mostShown)) this.io.err.write(`${render(diagnostic, { color })}\n\n`);
    const more = diagnostics.length - mostShown;
    if (more > 0) this.io.err.write(`… and ${more.toLocaleString('en')} more\n\n`);
    return diagnostics.some(isError) ? 1 : 0;
  }

  /**
   * Ends a command that has no result: prints its diagnostics as text or, with `--json`, as `{ "diagnostics": […] }` on the standard
   * output.
   */
  fail(diagnostics: readonly Diagnostic[], json = false): ExitCode {
    if (!json) return this.report(diagnostics);
    this.printJson({ diagnostics: diagnostics.map(jsonOf) });
    return 1;
  }
}

/** A failed outcome with one error. */
export function failed(code: Code, message: string, help?: string): Outcome<never> & { readonly ok: false } {
  return { ok: false, diagnostics: [{ code, severity: 'error', message, ...(help === undefined ? {} : { help }) }] };
}

/** An outcome with a value, and the warnings that go with it. */
export function succeeded<T>(value: T, diagnostics: readonly Diagnostic[] = []): Outcome<T> & { readonly ok: true } {
  return { ok: true, value, diagnostics };
}
