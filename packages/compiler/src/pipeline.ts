/**
 * The pipeline: text → Module → TileProgram → codelets → placement → Image → artifact.
 *
 * One straight line, each stage with the reason for its place. Nothing flows back; when a placement does not fit, the whole back half is
 * tried again with smaller regions, and then with values computed again instead of kept: which is tried when is in shares.ts, one try in
 * attempt.ts, its steps in back-half/plan-share.ts.
 */
import type { Diagnostic, Outcome, Source } from '@tessera-dnn/diagnostics';
import type { Module, Program } from '@tessera-dnn/graph';
import { type ChipSpec, hostChip } from '@tessera-dnn/machine';
import { recompute } from '@tessera-dnn/passes';
import { type Artifact, assemble } from './assemble.ts';
import { besideOf, type WeightsBeside } from './beside.ts';
import type { Code } from './explain/catalogue.ts';
import { type FrontPoint, frontOf, missed, wantedOf } from './front/choose.ts';
import { figuresOf, keepsTo } from './front/figures.ts';
import { frontEnd } from './front-end.ts';
import { type MemoryTables, tablesOf } from './memory-tables.ts';
import { missedTargets } from './missed-targets.ts';
import { type CompileOptions, passesOf, type TargetedOptions } from './options.ts';
import type { Plan } from './plan.ts';
import { fit, fitsKept } from './shares.ts';
import type { Task } from './task.ts';
import { refusedThreads } from './threads.ts';
import { matchWeights } from './weights.ts';
import { whatFits } from './what-fits.ts';

/** Text to artifact. Diagnostics may hold warnings beside the value. */
export function compile(source: Source, options: TargetedOptions): Outcome<Artifact> {
  const planned = plan(source, options);
  if (!planned.ok) return planned;
  const assembled = assemble(planned.value, options);
  return { ...assembled, diagnostics: [...planned.diagnostics, ...assembled.diagnostics] };
}

/** Text to placement: all that `tessera memory` needs, and possible for plans that no wasm memory could hold. */
export function plan(source: Source, options: TargetedOptions): Outcome<Plan> {
  return tryPlan(source, options, 'with-hints').outcome;
}

/** A plan, or what is wrong with it. */
export interface Tried {
  readonly outcome: Outcome<Plan>;
  /** The plan, or where it does not fit what was placed all the same: tiles then need more than they have. Absent where nothing could be placed. */
  readonly placed?: Plan;
}

/** Whether hints are wanted: on which chips it fits that does not fit on this one, for which it is planned again. */
export type Hints = 'with-hints' | 'without-hints';

/** Like {@link plan}. */
export function tryPlan(source: Source, options: TargetedOptions, hints: Hints): Tried {
  const asked = taskOf(source, options);
  return asked.ok ? tryAsked(asked, options, hints) : { outcome: asked };
}

/** What is tried, and the tables of its programs. */
export interface TriedWithTables extends Tried {
  /** Absent where the text cannot be compiled. */
  readonly tables?: MemoryTables;
}

/** {@link tryPlan} and `memoryTables`, for which the front end runs once. */
export function tryPlanWithTables(source: Source, options: TargetedOptions, hints: Hints): TriedWithTables {
  const modules = new Map<string, Module>();
  const asked = taskOf(source, options, (stage, module) => {
    modules.set(stage, module);
  });
  if (!asked.ok) return { outcome: asked };
  return { ...tryAsked(asked, options, hints), tables: tablesOf(modules, options) };
}

function tryAsked(asked: Outcome<Asked> & { readonly ok: true }, options: TargetedOptions, hints: Hints): Tried {
  const { task, beside } = asked.value;
  const { outcome, placed } = backHalf(task, hints);
  const missed = [...missedTargets(task.module, options), ...refusedThreads(task.module, options)];
  const diagnostics = [...asked.diagnostics, ...missed, ...outcome.diagnostics];
  if (!outcome.ok) return { outcome: { ok: false, diagnostics }, placed };
  return { outcome: { ...outcome, value: { ...outcome.value, ...(beside && { beside }) }, diagnostics }, placed };
}

/** The plans of a program that no other beats in bytes and in cycles. Where nothing fits the chip, what is wrong is what {@link plan} says. */
export function planFront(source: Source, options: TargetedOptions): Outcome<readonly FrontPoint[]> {
  const open = { ...options, memory: undefined, cycles: undefined };
  const asked = taskOf(source, open);
  if (!asked.ok) return asked;
  const points = frontOf(asked.value.task);
  if (points.length > 0) return { ok: true, value: points, diagnostics: asked.diagnostics };
  const { outcome } = backHalf(asked.value.task, 'with-hints');
  return { ok: false, diagnostics: [...asked.diagnostics, ...outcome.diagnostics] };
}

/** What there is to plan, and the weights that become no part of it. */
interface Asked {
  readonly task: Task;
  readonly beside?: WeightsBeside;
}

/** `seen` hears of the module after each stage. */
function taskOf(
  source: Source,
  options: TargetedOptions,
  seen: (stage: string, module: Module) => void = () => {},
): Outcome<Asked> {
  const lastBeforeCopies = beforeCopies(options);
  let kept: Module | undefined;
  const front = frontEnd(source, options, (stage, module) => {
    if (stage === lastBeforeCopies) kept = module;
    seen(stage, module);
  });
  if (!front.ok) return front;
  const { spareWeights: spare, foreignWeights: foreign, conversion } = options;
  const weights = options.weights ? matchWeights(front.value, options.weights, spare, foreign, conversion) : noWeights;
  const diagnostics = [...front.diagnostics, ...weights.diagnostics];
  if (!weights.ok) return { ok: false, diagnostics };
  const module = front.value;
  const beside = besideOf(module, weights.value, options);
  const embedded = beside ? noWeights.value : weights.value;
  return {
    ok: true,
    value: { task: { source, module, kept: kept ?? module, weights: embedded, options }, beside },
    diagnostics,
  };
}

/** The name of the last pass before `recompute`, which copies what is to be computed again; undefined where `recompute` is left out. */
function beforeCopies(options: CompileOptions): string | undefined {
  const passes = passesOf(options);
  return passes.at(-1) === recompute ? passes.at(-2)?.name : undefined;
}

const noWeights = { ok: true, value: new Map<string, ArrayLike<number>>(), diagnostics: [] } as const;

function computedAgain({ name, origin }: Program): Diagnostic<Code> {
  return {
    code: 'computed-again',
    severity: 'warning',
    message: `${name} fits only because it computes values again, which costs cycles`,
    span: origin.span,
    help: 'ask for it with --recompute auto, or see with --recompute none by how much it does not fit without',
  };
}

/**
 * Where nothing helps that a task may be tried with, larger chips are planned for as well: the error says on which it fits.
 */
function backHalf(task: Task, hints: Hints): Tried {
  const { module, options } = task;
  const { attempt: tried, changed } = fit(task);
  const { placed } = tried;
  const excess = tried.plan && excessOf(tried.plan, options);
  if (excess) return { outcome: { ok: false, diagnostics: [excess] }, placed };
  if (tried.plan) return { outcome: { ok: true, value: tried.plan, diagnostics: changed.map(computedAgain) }, placed };
  if (hints === 'without-hints') return { outcome: { ok: false, diagnostics: tried.misfits }, placed };
  const quiet = { ...options, memory: undefined, cycles: undefined, after: undefined, verify: false };
  const fits = (chip: ChipSpec) => {
    return fitsKept({ ...task, options: { ...quiet, chip } });
  };
  const help = () => whatFits(module, options.chip ?? hostChip, placed?.report.peakBytes ?? 0, fits);
  const diagnostics = tried.misfits.map(misfit =>
    misfit.code === 'does-not-fit' ? { ...misfit, help: help() } : misfit,
  );
  return { outcome: { ok: false, diagnostics }, placed };
}

/** A plan that follows the usual one takes what that decides, and may then be larger than was asked for. */
function excessOf(plan: Plan, options: TargetedOptions): Diagnostic | undefined {
  const wanted = wantedOf(options);
  if (!wanted) return undefined;
  const figures = figuresOf(plan);
  return keepsTo(figures, wanted) ? undefined : missed(wanted, [figures]);
}
