/**
 * The state of an elaboration, from the whole to the part: a session (one run over a file and its imports), a program under
 * construction, and a frame (one call of a block or model, with its names, labels and the calls that led to it).
 */
import type { Span } from '@tessera/diagnostics';
import type { GraphBuilder, MemoryLimit, OpTable, ProgramKind, ValueId, VariableId } from '@tessera/graph';
import type { Const } from '../ast.ts';
import { type Failure, isFailure } from './arithmetic.ts';
import type { FileScope } from './files.ts';
import type { LabelScope } from './labels.ts';
import type { Budget, LimitCode } from './limits.ts';
import { limits } from './limits.ts';
import type { Report, Reporter } from './report.ts';
import type { Scope } from './scope.ts';
import type { Settings } from './settings.ts';
import { poison, type Value } from './value.ts';
import type { VariableTable } from './variables.ts';

export interface Session {
  readonly table: OpTable;
  readonly reporter: Reporter;
  readonly variables: VariableTable;
  readonly settings: Settings;
  /** Values of constants that were asked for; `evaluating` while that goes on, to notice cycles. */
  readonly constants: Map<Const, Value | 'evaluating'>;
}

/** A program under construction. */
export interface ProgramState {
  readonly name: string;
  readonly kind: ProgramKind;
  readonly graph: GraphBuilder;
  /** The value each variable has at this point, where `:=` gave it one. */
  readonly current: Map<VariableId, ValueId>;
  /** How many random numbers were asked for: part of the place that decides them. */
  draws: number;
  /** Labels what its `minimize` keep: nobody else's, whatever other trains the file has. */
  readonly states: LabelScope;
  /** The params that a `minimize` updates, and where it says so. */
  readonly trained: Map<VariableId, Span>;
  /** What the program expects of its memory. */
  readonly limits: MemoryLimit[];
}

/** The variables one call of a model (or one program) has declared: each path at most once. */
export type Declared = Map<string, Span>;

/** Set when a `return` leaves the block: nothing more of it runs. */
export interface Exit {
  value: Value | undefined;
}

export interface Frame {
  readonly session: Session;
  readonly budget: Budget;
  /** Absent where only compile-time values can be: in a `const`, a default of a dimension. */
  readonly program?: ProgramState;
  readonly file: FileScope;
  readonly scope: Scope;
  readonly training: boolean;
  readonly labels: LabelScope;
  readonly declared: Declared;
  readonly exit: Exit;
  /** Innermost first. */
  readonly calls: readonly Span[];
}

/** Reports a diagnostic, with the calls that led to this frame as notes. */
export function report(frame: Frame, diagnostic: Report): void {
  frame.session.reporter.error(diagnostic, frame.calls);
}

/** Gives the value, or reports the failure and gives poison. */
export function settle(frame: Frame, result: Value | Failure, span: Span): Value {
  if (!isFailure(result)) return result;
  report(frame, { ...result, span });
  return poison;
}

/** Reports the limit, if one was passed, and stops the program; true if it may go on. */
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
