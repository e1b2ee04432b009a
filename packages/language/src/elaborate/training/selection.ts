/**
 * Finds what `for` selects: those params that the loss depends on and whose paths match a pattern. `*` stands for any text, dots included.
 *
 * A loss depends on a param if a chain of floating-point values leads from the param to the loss. `stop_gradient`, integers and truth values
 * interrupt such a chain. A gradient depends on what its loss and the value do that it is taken by.
 */
import { isFloat, type ValueId, type VariableId } from '@tessera-dnn/graph';
import type { Expression } from '../../ast.ts';
import type { Argument } from '../arguments.ts';
import { evaluateArgument, type Steps } from '../evaluation.ts';
import { type Frame, type ProgramState, report } from '../frame.ts';
import { groupsOf, matches, someOf } from '../patterns.ts';
import { didYouMean } from '../suggest.ts';
import { tensorValue } from '../tensors.ts';
import { describe, type TensorValue, type TextValue, type Value } from '../value.ts';

/** A param and the value of it that the loss was computed from. */
export interface Selected {
  readonly variable: VariableId;
  readonly path: string;
  readonly value: TensorValue;
  /** Whether an earlier `minimize` of the train updates it too. */
  readonly again?: boolean;
}

/** What `for` selects: patterns of paths, or the variables that `params(…)` names; `all` if there is no `for`. */
export type Selection = readonly string[] | ReadonlySet<VariableId> | 'all';

/** The selection after `for`; undefined after a report. */
export function* patternsOf(frame: Frame, selection: Expression | undefined): Steps<Selection | undefined> {
  if (selection === undefined) return 'all';
  const { value, span } = yield* evaluateArgument(frame, selection);
  if (value.kind === 'poison') return undefined;
  if (value.kind === 'record' && value.variables !== undefined) return new Set(value.variables.values());
  const parts: readonly Value[] = value.kind === 'list' ? value.elements : [value];
  const texts = parts.filter((part): part is TextValue => part.kind === 'text');
  if (texts.length === parts.length && texts.length > 0) return texts.map(text => text.value);
  const message = `for needs the path of a param, such as "conv1.*", or a list of paths, not ${describe(value)}`;
  report(frame, { code: 'bad-selection', message, span });
  return undefined;
}

/** The params that `loss` depends on, in the order in which they were declared. */
export function dependencies(frame: Frame, program: ProgramState, loss: ValueId): readonly Selected[] {
  const { reached, leaves } = reachedFrom(program, loss);
  return frame.session.variables.all.flatMap(({ path, kind, type }, index) => {
    const variable = index as VariableId;
    if (kind !== 'param' || !isFloat(type.element)) return [];
    const now = program.current.get(variable);
    const id = now !== undefined && reached[now] === 1 ? now : leaves.get(variable);
    return id === undefined ? [] : [{ variable, path, value: tensorValue(program, id) }];
  });
}

interface Reached {
  /** For each value of the graph, 1 if the loss depends on it. */
  readonly reached: Uint8Array;
  /** What the program read of each variable when it started. */
  readonly leaves: ReadonlyMap<VariableId, ValueId>;
}

/** Operands come before their users in the graph, so one walk backwards from the loss meets every user before its operands. */
export function reachedFrom({ graph }: ProgramState, loss: ValueId): Reached {
  const reached = new Uint8Array(loss + 1);
  const leaves = new Map<VariableId, ValueId>();
  reached[loss] = 1;
  for (let id = loss; id >= 0; id--) {
    if (reached[id] === 0) continue;
    const node = graph.node(id);
    if (node.kind === 'variable') leaves.set(node.attributes.variable, id);
    if (node.op === graph.table.roles.stop) continue;
    for (const operand of node.operands) if (isFloat(graph.type(operand).element)) reached[operand] = 1;
  }
  return { reached, leaves };
}

/** Those of `all` that the patterns select, each once; undefined if a pattern selects none, which is reported. */
export function choose(
  frame: Frame,
  all: readonly Selected[],
  selection: Selection,
  given: Pick<Argument, 'span'>,
): readonly Selected[] | undefined {
  if (selection === 'all') return all;
  if ('has' in selection) return chooseVariables(frame, all, selection, given);
  const patterns = selection;
  const idle = patterns.find(pattern => !all.some(({ path }) => matches(pattern, path)));
  if (idle !== undefined) {
    reportIdle(frame, all, idle, given);
    return undefined;
  }
  return all.filter(({ path }) => patterns.some(pattern => matches(pattern, path)));
}

/** Those of the variables that the loss depends on; others of them are left as they are. */
function chooseVariables(
  frame: Frame,
  all: readonly Selected[],
  variables: ReadonlySet<VariableId>,
  { span }: Pick<Argument, 'span'>,
): readonly Selected[] | undefined {
  const chosen = all.filter(({ variable }) => variables.has(variable));
  if (chosen.length > 0) return chosen;
  const help = `the loss depends on ${someOf(all.map(({ path }) => path))}`;
  report(frame, { code: 'bad-selection', message: 'the loss depends on none of these params', span, help });
  return undefined;
}

function reportIdle(frame: Frame, all: readonly Selected[], pattern: string, { span }: Pick<Argument, 'span'>): void {
  const paths = all.map(({ path }) => path);
  const declared = frame.session.variables.all.filter(({ path }) => matches(pattern, path));
  const message =
    declared.length === 0
      ? `no param is called ${JSON.stringify(pattern)}`
      : declared.every(({ kind }) => kind !== 'param')
        ? `${declared[0].path} is a state, and only params are trained`
        : `the loss does not depend on ${declared[0].path}`;
  const help = didYouMean(pattern, [...paths, ...groupsOf(paths)]) ?? `the loss depends on ${someOf(paths)}`;
  report(frame, { code: 'bad-selection', message, span, help });
}
