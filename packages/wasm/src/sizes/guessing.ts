/** A back end that compiles nothing. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import type { Backend, Codelets } from '@tessera-dnn/machine';
import type { Code } from '../explain/catalogue.ts';
import { limits } from '../limits.ts';
import { guessedBytes } from './guess.ts';

/**
 * Sizes of WebAssembly's codelets, guessed from their kernels ({@link guessedBytes}): for plans that nobody wants to run. It needs nothing of
 * the 15 MB with which code is made, and cannot link.
 */
export const guessing: Backend<KernelCode> = {
  name: 'wasm-sizes',
  limits,
  compile: (kernels): Codelets => ({
    sizes: kernels.map(guessedBytes),
    features: [],
    link: () => ({ ok: false, diagnostics: [nothingToLink] }),
    print: () => nothingToLink.message,
  }),
};

const nothingToLink: Diagnostic<Code> = {
  code: 'nothing-to-link',
  severity: 'error',
  message: 'the plan was made with guessed sizes of code, and has no code',
  help: 'use `compile` or `plan` of @tessera-dnn/compiler itself',
};
