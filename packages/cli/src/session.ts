/** What every command gets: the streams, colours, and one way to report diagnostics and to end. */
import { type Diagnostic, isError, type Outcome, printable, render } from '@tessera/diagnostics';
import pico from 'picocolors';
import type { Code } from './explain/catalogue.ts';
import type { Io, Signal } from './io.ts';
import { jsonOf } from './show/diagnostic-json.ts';
import { guarded } from './show/guard.ts';

/** 0: done. 1: something in the user's files or data is wrong. 2: the command itself was not understood. */
export type ExitCode = 0 | 1 | 2 | (typeof signalCodes)[Signal];

/** Of a command that ended in order because a signal asked for it: what a shell gives for one that the signal killed. */
export const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const satisfies {
  readonly [s in Signal]: number;
};

export type Paint = ReturnType<typeof pico.createColors>;

/** What one command prints of diagnostics: nobody reads on, and most of what follows has the same cause. */
const mostShown = 100;

/** One run of a command: its streams, its colours, and the exit code that it leaves. */
export class Session {
  /** Its streams are guarded: names from outside command nothing. */
  readonly io: Io;
  readonly #data: (text: string) => void;
  /** Colours for the standard output. */
  readonly paint: Paint;
  /** Set by the command that ran. */
  exitCode: ExitCode = 0;

  constructor(io: Io) {
    this.io = { ...io, out: guarded(io.out), err: guarded(io.err) };
    // On its way to a file or another program data stays as it is; it has no colours of ours.
    this.#data = text => io.out.write(io.out.isTerminal ? printable(text) : text);
    this.paint = pico.createColors(io.out.hasColors);
  }

  print(text: string): void {
    this.io.out.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** What another program reads as it stands: a table, a program. */
  printData(text: string): void {
    this.#data(text);
  }

  printJson(value: unknown): void {
    this.print(JSON.stringify(value, undefined, 2));
  }

  /** Diagnostics as text, to the standard error; the exit code they ask for. */
  report(diagnostics: readonly Diagnostic[]): ExitCode {
    const color = this.io.err.hasColors;
    for (const diagnostic of diagnostics.slice(0, mostShown)) this.io.err.write(`${render(diagnostic, { color })}\n\n`);
    const more = diagnostics.length - mostShown;
    if (more > 0) this.io.err.write(`… and ${more.toLocaleString('en')} more\n\n`);
    return diagnostics.some(isError) ? 1 : 0;
  }

  /** For a command that ended without a result: as text, or with `--json` as `{ "diagnostics": […] }` to the standard output. */
  fail(diagnostics: readonly Diagnostic[], json = false): ExitCode {
    if (!json) return this.report(diagnostics);
    this.printJson({ diagnostics: diagnostics.map(jsonOf) });
    return 1;
  }
}

/** A failed outcome of one error. */
export function failed(code: Code, message: string, help?: string): Outcome<never> & { readonly ok: false } {
  return { ok: false, diagnostics: [{ code, severity: 'error', message, ...(help === undefined ? {} : { help }) }] };
}

/** An outcome with a value, and the warnings that go with it. */
export function succeeded<T>(value: T, diagnostics: readonly Diagnostic[] = []): Outcome<T> & { readonly ok: true } {
  return { ok: true, value, diagnostics };
}
