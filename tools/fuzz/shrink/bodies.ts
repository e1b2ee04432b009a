/** Makes smaller files: parts left out, values in place of what was computed, simpler calls. */
import { isFloat, sameType } from '@tessera-dnn/graph';
import type { Arg, Args, Body, Call, FileDescription, Minimisation, Operand, Statement } from '../describe/program.ts';
import { isCall, readsOf, valuesOf } from '../describe/program.ts';

/** Files that differ from this one in one place each, those that leave out most first. Their types are not checked. */
export function* smallerFiles(file: FileDescription): Generator<FileDescription> {
  const { bodies } = file;
  if (file.imported) yield { bodies };
  for (let i = bodies.length - 1; i >= 0; i--) yield { ...file, bodies: without(bodies, i) };
  for (const change of [
    cutShort,
    plainer,
    fewerOutputs,
    fewerEffects,
    fewerBindings,
    otherOperands,
    simplerCalls,
    simplerVariables,
  ]) {
    for (let i = bodies.length - 1; i >= 0; i--) {
      for (const body of change(bodies[i])) yield { ...file, bodies: bodies.with(i, body) };
    }
  }
}

const without = <T>(list: readonly T[], index: number): readonly T[] => list.filter((_, i) => i !== index);

/** The body with its first statements only. */
function* cutShort(body: Body): Generator<Body> {
  for (const part of [4, 2, 1.34]) {
    const statements = body.statements.slice(0, Math.floor(body.statements.length / part));
    const last = statements.findLast(statement => statement.kind === 'let');
    if (last !== undefined) yield { ...body, statements, outputs: [last.name] };
  }
}

/** The body without what only its text has. */
function* plainer({ endsPlainly, expectsPeak, ...body }: Body): Generator<Body> {
  if (endsPlainly || expectsPeak) yield body;
}

function* fewerOutputs(body: Body): Generator<Body> {
  const { outputs } = body;
  if (outputs.length < 2) return;
  for (const output of outputs) yield { ...body, outputs: [output] };
  for (const i of outputs.keys()) yield { ...body, outputs: without(outputs, i) };
}

function* fewerEffects(body: Body): Generator<Body> {
  for (const [i, statement] of body.statements.entries()) {
    if (statement.kind !== 'let') yield { ...body, statements: without(body.statements, i) };
  }
}

/** The body with a result replaced by one of its operands or by a new input. */
function* fewerBindings(body: Body): Generator<Body> {
  for (let i = body.statements.length - 1; i >= 0; i--) {
    const statement = body.statements[i];
    if (statement.kind !== 'let') continue;
    const rest = { ...body, statements: without(body.statements, i) };
    const before = { ...body, statements: body.statements.slice(0, i) };
    for (const { name, type } of valuesOf(before)) {
      if (statement.call.operands.includes(name) && sameType(type, statement.type))
        yield renamed(rest, statement.name, name);
    }
    if (!body.statements.some(other => readsOf(other).includes(statement.name))) yield rest;
    if (body.kind === 'block') continue;
    const input = { name: `y${statement.name}`, type: statement.type };
    yield { ...renamed(rest, statement.name, input.name), inputs: [...body.inputs, input] };
  }
}

/** The body with an operand replaced by the first value of its type, or by the operand before it. */
function* otherOperands(body: Body): Generator<Body> {
  for (const [i, statement] of body.statements.entries()) {
    if (statement.kind !== 'let') continue;
    const before = valuesOf({ ...body, statements: body.statements.slice(0, i) });
    const { operands } = statement.call;
    for (const [slot, operand] of operands.entries()) {
      const type = before.find(({ name }) => name === operand)?.type;
      const first = type && before.find(other => sameType(other.type, type));
      if (first === undefined || first.name === operand) continue;
      const call = { ...statement.call, operands: operands.with(slot, first.name) };
      yield { ...body, statements: body.statements.with(i, { ...statement, call }) };
    }
  }
}

function* simplerCalls(body: Body): Generator<Body> {
  for (const [i, statement] of body.statements.entries()) {
    for (const simpler of simplerStatements(statement)) yield { ...body, statements: body.statements.with(i, simpler) };
  }
}

function* simplerVariables(body: Body): Generator<Body> {
  for (const [i, variable] of body.variables.entries()) {
    if (body.kind !== 'block') {
      const { name, type } = variable;
      yield { ...body, variables: without(body.variables, i), inputs: [...body.inputs, { name, type }] };
    }
    if (variable.kind === 'state') yield { ...body, variables: body.variables.with(i, { ...variable, kind: 'param' }) };
    if (!['ones', '0'].includes(variable.first)) {
      const first = isFloat(variable.type.element) ? 'ones' : '0';
      yield { ...body, variables: body.variables.with(i, { ...variable, first }) };
    }
  }
}

function* simplerStatements(statement: Statement): Generator<Statement> {
  if (statement.kind === 'let') {
    const { within, ...plain } = statement;
    if (within) yield plain;
    if (within?.constant.set !== undefined) {
      const { set, ...constant } = within.constant;
      yield { ...plain, within: { ...within, constant } };
      yield { ...plain, within: { ...within, constant: { ...constant, written: set } } };
    }
    for (const call of simplerCall(statement.call)) yield { ...statement, call };
  }
  if (statement.kind === 'minimize') yield* simplerMinimisations(statement);
}

function* simplerMinimisations(minimisation: Minimisation): Generator<Minimisation> {
  const { only, clip, accumulate, states, master, scale, ...rest } = minimisation;
  const sgd: Call = { callee: 'sgd', operands: [], args: { rate: 1 } };
  if (only ?? clip ?? accumulate ?? states ?? master ?? scale) yield rest;
  if (only) yield { ...minimisation, only: undefined };
  if (clip) yield { ...minimisation, clip: undefined };
  if (accumulate) yield { ...minimisation, accumulate: undefined };
  if (states) yield { ...minimisation, states: undefined };
  if (master) yield { ...minimisation, master: undefined };
  if (scale) yield { ...minimisation, scale: undefined };
  if (rest.optimiser.callee !== 'sgd') yield { ...minimisation, optimiser: sgd };
  for (const optimiser of simplerCall(rest.optimiser)) yield { ...minimisation, optimiser };
}

function* simplerCall(call: Call): Generator<Call> {
  const { label, ...unlabelled } = call;
  for (const args of simplerArgs(call.args)) yield { ...call, args };
  if (label !== undefined) yield unlabelled;
}

function* simplerArgs(args: Args): Generator<Args> {
  for (const [name, arg] of Object.entries(args)) {
    const { [name]: _, ...rest } = args;
    yield rest;
    for (const simpler of arg === undefined ? [] : simplerArg(arg)) yield { ...args, [name]: simpler };
  }
}

export function* simplerArg(arg: Arg): Generator<Arg> {
  if (typeof arg === 'number') yield* lowerNumbers(arg);
  if (typeof arg !== 'object') return;
  if (isCall(arg)) {
    yield arg.args['rate'] ?? 1;
    return;
  }
  for (const [i, entry] of arg.entries()) {
    for (const simpler of simplerArg(entry)) yield arg.with(i, simpler);
  }
}

export function lowerNumbers(number: number): readonly number[] {
  if (!Number.isInteger(number)) return [1];
  const lower = [0, 1, 2, Math.trunc(number / 2), number - Math.sign(number)];
  return [...new Set(lower)].filter(other => Math.abs(other) < Math.abs(number));
}

function renamed(body: Body, from: string, to: string): Body {
  const text = (value: string): string => (value === from ? to : value);
  const operand = (value: Operand): Operand => (typeof value === 'string' ? text(value) : value);
  const inStatement = (statement: Statement): Statement => {
    if (statement.kind === 'assign') return { ...statement, value: text(statement.value) };
    if (statement.kind === 'minimize') return { ...statement, loss: text(statement.loss) };
    const { within, call } = statement;
    const inside = within?.kind === 'if' ? { ...within, otherwise: text(within.otherwise) } : within;
    return { ...statement, call: { ...call, operands: call.operands.map(operand) }, ...(inside && { within: inside }) };
  };
  return { ...body, statements: body.statements.map(inStatement), outputs: [...new Set(body.outputs.map(text))] };
}
