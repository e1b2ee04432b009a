/** Runs bodies: that of a block, model or train, or that of a branch. */
import type { Body } from '../ast.ts';
import type { Request, Steps } from './evaluation.ts';
import type { Frame } from './frame.ts';
import { Scope } from './scope.ts';
import type { Value } from './value.ts';

/** The result of the whole body of a block, model or train, at which every `return` in it ends. */
export function* runBody(frame: Frame, body: Body): Steps<Value> {
  const inner = { ...frame, scope: new Scope(frame.scope), exit: { value: undefined } };
  const last = yield { frame: inner, body };
  return inner.exit.value ?? last;
}

/** Asks for the value of a branch: that of its last expression, or `nothing`. A `return` inside leaves the block around it. */
export function runBranch(frame: Frame, body: Body): Request {
  return { frame: { ...frame, scope: new Scope(frame.scope) }, body };
}
