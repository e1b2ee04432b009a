/** Checking and planning without the compiler of code: its library is 15 MB, and what a plan needs of it is how many bytes codelets take. */
import type { Diagnostic, Outcome, Source } from '@tessera-dnn/diagnostics';
import { guessing } from '@tessera-dnn/wasm/sizes';
import * as checking from '../check.ts';
import { type CompileOptions, targeted } from '../options.ts';
import * as pipeline from '../pipeline.ts';
import type { Plan } from '../plan.ts';

/**
 * Text to placement, as `plan` of the package itself makes it, but with guessed sizes of code. On a chip that charges no code, as `host`, it is
 * the same plan; elsewhere the peak differs by what the guess is wrong. With `backend: await exactSizes()` it is the same everywhere.
 */
export function plan(source: Source, options: CompileOptions = {}): Outcome<Plan> {
  return pipeline.plan(source, targeted(options, guessing));
}

/** Like {@link plan}; also gives what was placed where it does not fit. Hints say on which chips it does. */
export function tryPlan(source: Source, options: CompileOptions, hints: pipeline.Hints): pipeline.Tried {
  return pipeline.tryPlan(source, targeted(options, guessing), hints);
}

/** Like {@link tryPlan}; also gives the tables of its programs, in less time than `memoryTables` beside it. */
export function tryPlanWithTables(
  source: Source,
  options: CompileOptions,
  hints: pipeline.Hints,
): pipeline.TriedWithTables {
  return pipeline.tryPlanWithTables(source, targeted(options, guessing), hints);
}

/**
 * Errors and warnings of the text and all it imports; with a chip in the options also whether the programs fit there, by guessed sizes of
 * code. Never throws, whatever the text.
 */
export function check(source: Source, options: CompileOptions = {}): readonly Diagnostic[] {
  return checking.check(source, targeted(options, guessing));
}
