/** Bodies that are run: as a whole, or as a branch of one. */
import type { Body } from '../ast.ts';
import type { Request, Steps } from './evaluation.ts';
import type { Frame } from './frame.ts';
import { Scope } from './scope.ts';
import type { Value } from './value.ts';

/** The result of a whole body, where its `return`s lead to: of a block, model or train. */
export function* runBody(frame: Frame, body: Body): Steps<Value> {
  const inner = { ...frame, scope: new Scope(frame.scope), exit: { value: undefined } };
  const last = yield { frame: inner, body };
  return inner.exit.value ?? last;
}

/** Asks for the value of a branch: of its last expression, or nothing. A `return` inside leaves the block around it. */
export function runBranch(frame: Frame, body: Body): Request {
  return { frame: { ...frame, scope: new Scope(frame.scope) }, body };
}
