/** Makes the tensors of a file smaller: replaces an extent wherever it occurs, in types and in arguments, or in one input alone. */
import type { Arg, Args, Body, FileDescription, Statement, Typed } from '../describe/program.ts';
import { isCall } from '../describe/program.ts';
import { lowerNumbers } from './bodies.ts';

export function* smallerExtents(file: FileDescription): Generator<FileDescription> {
  const { bodies } = file;
  const leaves = bodies.flatMap(({ inputs, variables }) => [...inputs, ...variables]);
  const extents = [...new Set(leaves.flatMap(({ type }) => type.shape))].sort((a, b) => b - a);
  for (const extent of extents) {
    for (const other of lowerNumbers(extent)) {
      if (other > 0) yield { ...file, bodies: bodies.map(body => everywhere(body, extent, other)) };
    }
  }
  for (const [i, body] of bodies.entries()) {
    for (const smaller of inOneLeaf(body)) yield { ...file, bodies: bodies.with(i, smaller) };
  }
}

function* inOneLeaf(body: Body): Generator<Body> {
  for (const side of ['inputs', 'variables'] as const) {
    for (const [i, leaf] of body[side].entries()) {
      for (const [axis, extent] of leaf.type.shape.entries()) {
        for (const other of lowerNumbers(extent)) {
          if (other === 0) continue;
          const type = { ...leaf.type, shape: leaf.type.shape.with(axis, other) };
          yield { ...body, [side]: body[side].with(i, { ...leaf, type } as never) };
        }
        const type = { ...leaf.type, shape: leaf.type.shape.filter((_, other) => other !== axis) };
        yield { ...body, [side]: body[side].with(i, { ...leaf, type } as never) };
      }
    }
  }
}

function everywhere(body: Body, from: number, to: number): Body {
  const inType = <T extends Typed>(typed: T): T => ({
    ...typed,
    type: { ...typed.type, shape: typed.type.shape.map(extent => (extent === from ? to : extent)) },
  });
  const inStatement = (statement: Statement): Statement =>
    statement.kind === 'let'
      ? inType({ ...statement, call: { ...statement.call, args: inArgs(statement.call.args, from, to) } })
      : statement;
  return {
    ...body,
    inputs: body.inputs.map(inType),
    variables: body.variables.map(inType),
    statements: body.statements.map(inStatement),
  };
}

function inArgs(args: Args, from: number, to: number): Args {
  return Object.fromEntries(Object.entries(args).map(([name, arg]) => [name, arg && inArg(arg, from, to)]));
}

function inArg(arg: Arg, from: number, to: number): Arg {
  if (arg === from) return to;
  return typeof arg === 'object' && !isCall(arg) ? arg.map(entry => inArg(entry, from, to)) : arg;
}
