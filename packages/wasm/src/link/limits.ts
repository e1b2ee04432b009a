/**
 * What engines accept (WebAssembly JavaScript Interface, "Implementation-defined Limits"): a module beyond it is valid and runs nowhere, so
 * it is refused here, where there is something to say about it. The limits of memory and of data segments are kept where those are made.
 */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import type { Image } from '@tessera-dnn/machine';
import type { CompiledCodelets } from '../codelet/compile.ts';
import { addressesOf } from '../codelet/lower.ts';
import type { Code } from '../explain/catalogue.ts';

const mostFunctions = 1_000_000;
const mostParameters = 1_000;
const mostBodyBytes = 7_654_321;
const mostNameLetters = 100_000;
const mostModuleBytes = 2 ** 30;

/** A diagnostic for what no engine would accept of an artifact's code. */
export function codeBeyondEngines({ bodies, slots, names }: CompiledCodelets, image: Image): Diagnostic | undefined {
  // Besides codelets and phases there are a step and an entry per program, and a score of functions that walk tables.
  const functions = bodies.length + image.phases.length + 2 * image.programs.length + 100;
  if (functions > mostFunctions) return beyond('functions', functions, mostFunctions);
  const longest = bodies.reduce((best, { length }, i) => (length > bodies[best].length ? i : best), 0);
  const bytes = bodies[longest]?.length ?? 0;
  if (bytes > mostBodyBytes) return beyond(`bytes of code for ${names[longest]}`, bytes, mostBodyBytes);
  const parameters = slots.reduce((most, count) => Math.max(most, 2 + addressesOf(count)), 0);
  if (parameters > mostParameters) return beyond('parameters of a function', parameters, mostParameters);
  const letters = image.programs.reduce((most, { name }) => Math.max(most, name.length), 0);
  return letters > mostNameLetters ? beyond("letters of a program's name", letters, mostNameLetters) : undefined;
}

/** The same for the size of the whole file. */
export function moduleBeyondEngines(bytes: number): Diagnostic | undefined {
  return bytes > mostModuleBytes ? beyond('bytes', bytes, mostModuleBytes) : undefined;
}

function beyond(what: string, count: number, most: number): Diagnostic<Code> {
  return {
    code: 'beyond-engines',
    severity: 'error',
    message: `the artifact has ${grouped(count)} ${what}, but WebAssembly engines accept ${grouped(most)} at most`,
    help: 'compile fewer of its programs at once (--program), or a smaller network',
  };
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
