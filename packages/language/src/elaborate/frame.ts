/**
 * The state of an elaboration has three parts: a session (one run over a file and its imports), a program under construction, and a frame
 * (one call of a block or model, with its names, its labels and the calls that led to it).
 */
import type { Span } from '@tessera-dnn/diagnostics';
import {
  createGraphBuilder,
  type ElementType,
  type GraphBuilder,
  type MemoryLimit,
  type ProgramKind,
  type ValueId,
  type VariableId,
} from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import type { Const } from '../ast.ts';
import { type Failure, isFailure } from './arithmetic.ts';
import type { Home } from './files.ts';
import type { Given } from './given.ts';
import { LabelScope } from './labels.ts';
import type { Budget, LimitCode } from './limits.ts';
import { limits } from './limits.ts';
import type { Observer } from './observer.ts';
import type { Report, Reporter } from './report.ts';
import type { Scope } from './scope.ts';
import type { Settings } from './settings.ts';
import { poison, type Value } from './value.ts';
import type { VariableTable } from './variables.ts';

export interface Session {
  readonly table: OpTable;
  readonly reporter: Reporter;
  readonly observer?: Observer;
  readonly variables: VariableTable;
  readonly settings: Settings;
  /** The type of 16 bits in which what the file calls f32 will be stored. */
  readonly precision?: 'f16' | 'bf16';
  /** Whether every `minimize` has the clause `master f32`. */
  readonly masterWeights: boolean;
  /** Whether trains become what they compute without training: nothing in their bodies changes a variable. */
  readonly evaluation: boolean;
  /** The values of constants that have been read; `evaluating` while a value is being computed, so that cycles are noticed. */
  readonly constants: Map<Const, Value | 'evaluating'>;
  /** What first values are computed of other first values, as updates of their variables. */
  readonly firstValues: GraphBuilder;
}

/** A program under construction. */
export interface ProgramState {
  readonly name: string;
  readonly kind: ProgramKind;
  readonly graph: GraphBuilder;
  /** Whether its text computes with gradients, so that these may be differentiated again. */
  readonly higherOrder: boolean;
  /** For each variable that `:=` has given a new value, that value at this point of the program. */
  readonly current: Map<VariableId, ValueId>;
  /** The variables that its text has declared so far, those of the models that it calls too, by path. */
  readonly known: Map<string, VariableId>;
  /** How many calls have drawn random numbers so far. It is part of the place that decides what each draws. */
  draws: number;
  /** Labels the states of this program's `minimize` statements, which are not shared with other trains of the file. */
  readonly states: LabelScope;
  /** The params that a `minimize` updates, and where it stands. */
  readonly trained: Map<VariableId, Trained>;
  /** The limits of `expect peak <= …`. */
  readonly limits: MemoryLimit[];
}

/** The `minimize` that updates a param first; `named` if it says by a `for` which it updates. */
export interface Trained {
  readonly span: Span;
  readonly named: boolean;
}

/** The variables that one call of a model, or one program, has declared, with the place of each. A path can be declared once. */
export type Declared = Map<string, Span>;

/** Holds the value that a `return` has given. Once it is set, nothing more of the block runs. */
export interface Exit {
  value: Value | undefined;
}

/** How the states are stored that an optimiser keeps for one param. */
export interface OptimiserStates {
  readonly owner: VariableId;
  /** Of the states `like(…)`, which are seen as f32. */
  readonly element: ElementType;
  /** Whether the program says so of itself. */
  readonly exact: boolean;
}

export interface Frame {
  readonly session: Session;
  readonly budget: Budget;
  /** Absent where only compile-time values are possible: in a `const`, or in the default of a dimension. */
  readonly program?: ProgramState;
  readonly file: Home;
  readonly scope: Scope;
  readonly training: boolean;
  readonly labels: LabelScope;
  readonly declared: Declared;
  readonly exit: Exit;
  /** In the body of an optimiser: how its states are stored. */
  readonly optimiserStates?: OptimiserStates;
  /** What the argument `with` of the calls around says of the variables that are declared here. */
  readonly given?: Given;
  /** The calls that led here, the innermost first. */
  readonly calls: readonly Span[];
}

/** A program in which nothing is yet. */
export function emptyProgram(name: string, kind: ProgramKind, table: OpTable, higherOrder = false): ProgramState {
  return {
    name,
    kind,
    graph: createGraphBuilder(table),
    higherOrder,
    current: new Map(),
    known: new Map(),
    draws: 0,
    states: new LabelScope(name),
    trained: new Map(),
    limits: [],
  };
}

/** Tells the observer of a value that was met here. */
export function observe({ session: { observer }, calls }: Frame, place: Span, value: Value): void {
  observer?.value?.(place, value, calls);
}

/** Reports a diagnostic, with the calls that led to this frame as notes. */
export function report(frame: Frame, diagnostic: Report): void {
  frame.session.reporter.error(diagnostic, frame.calls);
}

/** The value, or poison after the failure has been reported. */
export function settle(frame: Frame, result: Value | Failure, span: Span): Value {
  if (!isFailure(result)) return result;
  report(frame, { ...result, span });
  return poison;
}

/** Whether the program may go on. If a limit was exceeded, that is reported and the program stopped. */
export function within(frame: Frame, passed: LimitCode | undefined, span: Span): boolean {
  if (frame.budget.stopped) return false;
  if (passed === undefined) return true;
  frame.budget.stopped = true;
  report(frame, { code: passed, message: limitMessages[passed], span });
  return false;
}

const limitMessages: Readonly<Record<LimitCode, string>> = {
  'node-limit': `a program has at most ${limits.nodes.toLocaleString('en')} nodes`,
  'loop-limit': `a program has at most ${limits.turns.toLocaleString('en')} loop turns and calls`,
  'recursion-limit': `calls are nested at most ${limits.recursion} deep`,
};
