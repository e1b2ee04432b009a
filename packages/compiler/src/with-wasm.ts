/** The pipeline with WebAssembly as its back end, where options name no other. */
import type { Diagnostic, Outcome, Source } from '@tessera-dnn/diagnostics';
import { wasm } from '@tessera-dnn/wasm';
import type { Artifact } from './assemble.ts';
import * as checking from './check.ts';
import type { FrontPoint } from './front/choose.ts';
import { type CompileOptions, targeted } from './options.ts';
import * as pipeline from './pipeline.ts';
import type { Plan } from './plan.ts';
import * as precisions from './precisions.ts';

/** Text to artifact. Diagnostics may hold warnings beside the value. */
export function compile(source: Source, options: CompileOptions = {}): Outcome<Artifact> {
  return pipeline.compile(source, targeted(options, wasm));
}

/** Text to placement: all that `tessera memory` needs, and possible for plans that no wasm memory could hold. */
export function plan(source: Source, options: CompileOptions = {}): Outcome<Plan> {
  return pipeline.plan(source, targeted(options, wasm));
}

/** Like {@link plan}; hints say on which chips it fits that does not fit on this one, for which it is planned again. */
export function tryPlan(source: Source, options: CompileOptions, hints: pipeline.Hints): pipeline.Tried {
  return pipeline.tryPlan(source, targeted(options, wasm), hints);
}

/** Like {@link tryPlan}; also gives the tables of its programs, in less time than `memoryTables` beside it. */
export function tryPlanWithTables(
  source: Source,
  options: CompileOptions,
  hints: pipeline.Hints,
): pipeline.TriedWithTables {
  return pipeline.tryPlanWithTables(source, targeted(options, wasm), hints);
}

/** The plans of a program that no other beats in bytes and in cycles: {@link CompileOptions.memory} with the bytes of one means that one. */
export function planFront(source: Source, options: CompileOptions = {}): Outcome<readonly FrontPoint[]> {
  return pipeline.planFront(source, targeted(options, wasm));
}

/**
 * Errors and warnings of the text and all it imports; a file of blocks alone is fine. With a chip in the options also whether the
 * programs fit there; peaks that programs expect, and whether large programs fit at all, are checked without one too, on `host`. Never throws,
 * whatever the text.
 */
export function check(source: Source, options: CompileOptions = {}): readonly Diagnostic[] {
  return checking.check(source, targeted(options, wasm));
}

/**
 * The program stored in `f32`, `f16` and `bf16`, whatever precision it or the options name, each planned for the chip of the options. Where one of
 * them does not fit, its outcome says so, and the outcome of all is all the same `ok`. It is not where the text cannot be compiled at all.
 */
export function storedInEach(source: Source, options: CompileOptions = {}): Outcome<readonly precisions.Stored[]> {
  return precisions.storedInEach(source, targeted(options, wasm));
}
