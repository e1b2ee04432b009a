/**
 * First values that are computed of other first values: `state slow: like(w) = w` begins where `w` does. The expression is evaluated in the
 * program in which it stands. Its nodes are then copied to the graph of first values, where each variable, whatever it has become by
 * then in the program, stands for its first value.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import {
  type Initialiser,
  sameType,
  showType,
  type TensorType,
  type ValueId,
  type VariableId,
} from '@tessera-dnn/graph';
import { type Frame, type ProgramState, report } from './frame.ts';
import type { TensorValue } from './value.ts';

/** An initialiser, and the value in the graph of first values if one is computed there. */
export interface Computed {
  readonly initialiser: Initialiser;
  readonly firstValue?: ValueId;
}

/** The initialiser that gives a variable of `type` the first value of the tensor; undefined after a report. */
export function firstValueLike(
  frame: Frame,
  program: ProgramState,
  tensor: TensorValue,
  type: TensorType,
  span: Span,
): Computed | undefined {
  if (!sameType(tensor.type, type)) {
    const message = `a tensor ${showType(tensor.type)} is no first value for ${showType(type)}`;
    report(frame, { code: 'bad-initialiser', message, span });
    return undefined;
  }
  const variables = variablesByValue(program);
  const own = variableAt(program, variables, tensor.id);
  if (own !== undefined) return { initialiser: { kind: 'copy', of: own } };
  const value = copied(frame, program, variables, tensor.id);
  if (value !== undefined) return { initialiser: { kind: 'computed' }, firstValue: value };
  report(frame, {
    code: 'bad-initialiser',
    message: 'a first value is computed before the program runs, and this one depends on what the program is given',
    span,
    help: 'compute it of params, states and numbers only',
  });
  return undefined;
}

/** The variables that have a new value in the program, by that value. */
function variablesByValue({ current }: ProgramState): ReadonlyMap<ValueId, VariableId> {
  return new Map([...current].map(([variable, value]) => [value, variable]));
}

function variableAt(
  { graph }: ProgramState,
  updated: ReadonlyMap<ValueId, VariableId>,
  value: ValueId,
): VariableId | undefined {
  const node = graph.node(value);
  return node.kind === 'variable' ? node.attributes.variable : updated.get(value);
}

/** The value in the graph of first values; undefined if it depends on an input. Deep chains are followed without recursion. */
function copied(
  { session: { firstValues } }: Frame,
  program: ProgramState,
  updated: ReadonlyMap<ValueId, VariableId>,
  value: ValueId,
): ValueId | undefined {
  const done = new Map<ValueId, ValueId>();
  const open = [value];
  while (open.length > 0) {
    const next = open[open.length - 1];
    const node = program.graph.node(next);
    const variable = variableAt(program, updated, next);
    if (node.kind === 'input' || node.kind === 'gradient') return undefined;
    const waiting = variable === undefined ? node.operands.filter(operand => !done.has(operand)) : [];
    if (waiting.length > 0) {
      open.push(...waiting);
      continue;
    }
    open.pop();
    const operands = node.operands.map(operand => done.get(operand) ?? operand);
    done.set(
      next,
      variable === undefined ? firstValues.append({ ...node, operands }) : firstValues.variable(variable, node.type),
    );
  }
  return done.get(value);
}
