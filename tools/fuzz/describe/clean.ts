/** Tidies descriptions after a change: removes what is no longer needed, and computes types anew. */
import type { Body, FileDescription, Statement } from './program.ts';
import { readsOf, valuesOf } from './program.ts';
import { typeOfCall } from './types.ts';

/**
 * The file without bindings, inputs and variables that are not read, and without blocks that are not called. Assignments and minimisations
 * are kept.
 */
export function cleaned(file: FileDescription): FileDescription {
  const { bodies } = file;
  const isCalled = (name: string, by: readonly Body[]) =>
    by.some(({ statements }) => statements.some(statement => calleesOf(statement).includes(name)));
  const clean = bodies.map(body => cleanedBody(body, isCalled(body.name, bodies)));
  return { ...file, bodies: clean.filter(({ kind, name }) => kind !== 'block' || isCalled(name, clean)) };
}

function cleanedBody(body: Body, isCalled: boolean): Body {
  const read = new Set(body.outputs);
  const statements: Statement[] = [];
  for (const statement of body.statements.toReversed()) {
    if (statement.kind === 'let' && !read.has(statement.name)) continue;
    statements.unshift(statement);
    for (const name of readsOf(statement)) read.add(name);
    if (statement.kind === 'assign') read.add(statement.variable);
  }
  // Inputs of a block that is called are kept, since the calls give them values.
  const inputs = isCalled ? body.inputs : body.inputs.filter(({ name }) => read.has(name));
  return { ...body, inputs, statements, variables: body.variables.filter(({ name }) => read.has(name)) };
}

function calleesOf(statement: Statement): readonly string[] {
  return statement.kind === 'let' ? [statement.call.callee] : [];
}

/**
 * The file with the types of all bindings of programs computed anew; undefined if a call has become a mistake. Blocks accept whatever they
 * are given.
 */
export function retyped(file: FileDescription): FileDescription | undefined {
  const typed: Body[] = [];
  for (const body of file.bodies) {
    const result = body.kind === 'block' ? body : retypedBody(body, typed);
    if (result === undefined) return undefined;
    typed.push(result);
  }
  return { ...file, bodies: typed };
}

function retypedBody(body: Body, before: readonly Body[]): Body | undefined {
  const types = new Map(valuesOf({ ...body, statements: [] }).map(({ name, type }) => [name, type]));
  const statements: Statement[] = [];
  for (const statement of body.statements) {
    if (statement.kind !== 'let') {
      statements.push(statement);
      continue;
    }
    const operands = statement.call.operands.flatMap(operand =>
      typeof operand === 'string' ? [types.get(operand)] : [],
    );
    if (operands.includes(undefined)) return undefined;
    const type = typeOfCall(
      statement.call,
      operands.map(known => known ?? statement.type),
      before,
    );
    if (type === undefined) return undefined;
    types.set(statement.name, type);
    statements.push({ ...statement, type });
  }
  return { ...body, statements };
}
