/** Programs that no WebAssembly module can hold. */
import type { CodeOf, Explanation } from '@tessera-dnn/diagnostics';

export const catalogue = [
  {
    code: 'memory-too-large',
    title: 'a memory that no WebAssembly module can have',
    text: 'Addresses of WebAssembly have 32 bits: all tiles and the host window, where inputs and results lie once more, can be 4 GiB together. What takes the most is listed. With --pack tiles lie as close as their contents allow instead of a whole SRAM apart.',
  },
  {
    code: 'beyond-engines',
    title: 'an artifact that no WebAssembly engine accepts',
    text: 'Engines agree on limits: a file of at most 1 GiB, weights included, with at most a million functions (each phase of a program is one), each of at most 7.6 MB of code. An artifact holds all programs that it is compiled from: with --program it holds fewer. Weights that are not compiled in with --weights can be written into a running artifact instead.',
  },
  {
    code: 'nothing-to-link',
    title: 'a plan without code',
    text: 'A plan of `@tessera-dnn/compiler/planning` guesses how many bytes code takes, and so needs nothing of what makes code. It shows memory and cycles, and cannot become an artifact.',
  },
] as const satisfies readonly Explanation[];

/** The code of a diagnostic that this package may give; one without an entry above is a type error. */
export type Code = CodeOf<typeof catalogue>;
