/** Elaborates an entry point of the root file as a program of its own. */
import type { Program } from '@tessera-dnn/graph';
import type { Entry } from '../ast.ts';
import { runBody } from './bodies.ts';
import type { Steps } from './evaluation.ts';
import type { FileScope } from './files.ts';
import { emptyProgram, type Frame, type ProgramState, type Session } from './frame.ts';
import { usesGradients } from './higher-order.ts';
import { LabelScope } from './labels.ts';
import { Budget } from './limits.ts';
import { bindDimensions, declareInputs } from './models.ts';
import { advanceStep } from './random.ts';
import type { Reporter } from './report.ts';
import { checkResult } from './results.ts';
import { run } from './run.ts';
import { Scope } from './scope.ts';
import { poison, type Value } from './value.ts';

/** Names of functions that every artifact exports, which no program may have. */
export const refusedProgramNames: readonly string[] = ['memory', 'init', 'load', 'prepare', 'read', 'write', 'step'];

/** The program of an entry point, or undefined after a report. */
export function elaborateProgram(session: Session, entry: Entry, home: FileScope): Program | undefined {
  const program = emptyProgram(entry.name.text, entry.kind, session.table, usesGradients(entry, home));
  const frame: Frame = {
    session,
    budget: new Budget(),
    program,
    file: home,
    scope: new Scope(),
    training: entry.kind === 'train' && !session.evaluation,
    labels: new LabelScope(),
    declared: new Map(),
    exit: { value: undefined },
    calls: [],
  };
  const result = run(evaluateEntry(frame, program, entry));
  if (result.kind === 'poison' || result.kind === 'nothing') return undefined;
  const outputs = result.kind === 'record' ? result.fields : new Map([['output', result]]);
  for (const [name, value] of outputs) if (value.kind === 'tensor') program.graph.output(name, value.id);
  advanceStep(frame, program);
  addUpdates(program);
  const { name, graph, limits } = program;
  const kind = session.evaluation ? 'model' : program.kind;
  return { name, kind, graph: graph.finish(), origin: { span: entry.name.span }, limits };
}

function* evaluateEntry(frame: Frame, program: ProgramState, entry: Entry): Steps<Value> {
  if (!(yield* bindDimensions(frame, entry, new Map()))) return poison;
  if (!(yield* declareInputs(frame, program, entry))) return poison;
  const value = yield runBody(frame, entry.body);
  return givesNothing(entry, value) ? noOutputs : yield* checkResult(frame, entry, value);
}

const noOutputs: Value = { kind: 'record', fields: new Map() };

/** Whether the entry gives no result although it should. A train may be run for its updates alone. */
function givesNothing(entry: Entry, value: Value): boolean {
  return entry.kind === 'train' && entry.result === undefined && value.kind === 'nothing';
}

/** Adds the new values of variables to the graph. A variable that was given its own value back needs none. */
function addUpdates({ graph, current }: ProgramState): void {
  for (const [variable, sealed] of current) {
    let value = sealed;
    while (graph.node(value).op === graph.table.roles.stop) value = graph.node(value).operands[0];
    const node = graph.node(value);
    if (node.kind !== 'variable' || node.attributes.variable !== variable) graph.update(variable, value);
  }
}

/** Reports a program whose name the artifact needs for itself, even if that program is not chosen. */
export function checkProgramName(entry: Entry, reporter: Reporter): void {
  const name = entry.name.text;
  if (!refusedProgramNames.includes(name)) return;
  const message = `a program cannot be called ${name}: the compiled file exports something else under that name`;
  reporter.error({ code: 'program-name', message, span: entry.name.span, help: `rename it: ${name}_model` });
}
