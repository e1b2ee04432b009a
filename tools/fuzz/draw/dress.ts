/**
 * Draws in which words a file says what it means: calls inside of conditionals and loops that constants decide, constants that `--set`
 * changes, blocks in a file of their own, and the other statements that change no value.
 */
import { sameType } from '@tessera-dnn/graph';
import type { Pick } from '@tessera-dnn/ops';
import type { Binding, Body, Constant, FileDescription, Typed } from '../describe/program.ts';
import { valuesOf } from '../describe/program.ts';

/** The file with some of its calls in conditionals and loops, and with some of its blocks imported. Values may become others, types do not. */
export function dressed(pick: Pick, file: FileDescription): FileDescription {
  const bodies = file.bodies.map(body => dressedBody(pick, body));
  const imports = pick.chance(0.5) && bodies.some(({ kind }) => kind === 'block');
  return { ...file, bodies, ...(imports && { imported: true }) };
}

function dressedBody(pick: Pick, body: Body): Body {
  const share = pick.one([0, 0, 0.1, 0.3]);
  const statements = body.statements.map((statement, i) => {
    if (statement.kind !== 'let' || !pick.chance(share)) return statement;
    const before = valuesOf({ ...body, statements: body.statements.slice(0, i) });
    return pick.chance() ? looped(pick, statement, before) : conditional(pick, statement, before);
  });
  const endsPlainly = body.kind !== 'train' && body.outputs.length === 1 && pick.chance(0.3);
  const expectsPeak = body.kind !== 'block' && pick.chance(0.1);
  return { ...body, statements, ...(endsPlainly && { endsPlainly }), ...(expectsPeak && { expectsPeak }) };
}

/** The call repeated on its own result, where that has the type of its first operand. */
function looped(pick: Pick, binding: Binding, before: readonly Typed[]): Binding {
  const [first] = binding.call.operands;
  const isAlike = before.some(({ name, type }) => name === first && sameType(type, binding.type));
  if (!isAlike) return binding;
  return { ...binding, within: { kind: 'for', constant: drawConstant(pick, binding) } };
}

/** The call or another value of its type, where there is one. */
function conditional(pick: Pick, binding: Binding, before: readonly Typed[]): Binding {
  const alike = before.filter(({ type }) => sameType(type, binding.type));
  if (alike.length === 0) return binding;
  const as = pick.one(['expression', 'statement'] as const);
  const constant = drawConstant(pick, binding);
  return { ...binding, within: { kind: 'if', constant, otherwise: pick.one(alike).name, as } };
}

/** Turns of a loop, and a condition, are rarely none. */
function drawConstant(pick: Pick, { name }: Binding): Constant {
  const number = () => pick.one([0, 1, 1, 2, 2, 3]);
  return { name: `k${name}`, written: number(), ...(pick.chance() && { set: number() }) };
}
