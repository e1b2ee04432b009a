/** Calls: of blocks and models (elaborated anew each time), of ops, and of the language's own functions. */
import type { Block, Call, Expression, Pipe } from '../ast.ts';
import { type Argument, type Bound, type CallSite, slotOf } from './arguments.ts';
import { runBody } from './bodies.ts';
import { namesVariables } from './builtin-names.ts';
import { callBuiltin } from './builtins.ts';
import { bindParameters, nestedCall, takeArguments } from './call-body.ts';
import { callSite } from './call-site.ts';
import { evaluateArgument, type Steps } from './evaluation.ts';
import type { Home } from './files.ts';
import { type Frame, observe, report } from './frame.ts';
import { findCallee } from './functions.ts';
import { callModel } from './models.ts';
import { callOp } from './random.ts';
import { Scope } from './scope.ts';
import { type Callee, describe, poison, show, type Value } from './value.ts';
import { callVariables } from './variable-sets.ts';
import { checkTaken } from './with.ts';

/** The value of a call: an error is reported where it happens and gives poison. */
export function evaluateCall(frame: Frame, call: Call): Steps<Value> {
  return applyCall(frame, call);
}

/** The value of a chain of pipes. Chains nest to the left and are followed in a loop. */
export function* evaluatePipe(frame: Frame, expression: Pipe): Steps<Value> {
  const chain: Pipe[] = [];
  let first: Expression = expression;
  while (first.kind === 'pipe') {
    chain.push(first);
    first = first.value;
  }
  let piped = yield* evaluateArgument(frame, first);
  for (const [index, node] of chain.reverse().entries()) {
    let value = yield* applyCall(frame, node.call, piped);
    observe(frame, node.call.span, value);
    if (value.kind === 'nothing' && index < chain.length - 1) {
      report(frame, { code: 'no-value', message: `${node.call.callee.text} gives no value`, span: node.call.span });
      value = poison;
    }
    piped = { value, span: node.call.span };
  }
  return piped.value;
}

function* applyCall(frame: Frame, call: Call, piped?: Argument): Steps<Value> {
  const site = yield* callSite(frame, call, piped);
  const callee = passedOn(frame, call.callee.text) ?? findCallee(frame.session.table, frame.file, call.callee.text);
  if (site === undefined) return poison;
  if (callee === undefined) return reportNoFunction(frame, call);
  if (callee.kind === 'op') return callOp(frame, callee.op, site);
  if (callee.kind === 'builtin') {
    const { name } = callee;
    return namesVariables(name) ? yield* callVariables(frame, name, site) : callBuiltin(frame, name, site);
  }
  const { item, home } = callee.visible;
  const hides = hidesAnother(frame, item.name.text, home);
  const at = hides ? { ...site, hiding: item.name.span } : site;
  if (item.kind === 'block') return yield* callBlock(frame, item, home, at);
  if (item.kind === 'model') return yield* callModel(frame, item, home, at);
  return poison;
}

/** What a local name calls if its value is a block or function that was passed on. */
function passedOn(frame: Frame, name: string): Callee | undefined {
  const value = frame.scope.find(name)?.value;
  return value?.kind === 'function' ? value.callee : undefined;
}

/** Reports a local name that is called and stands for something else. An unknown name has been reported by the check of names. */
function reportNoFunction(frame: Frame, { callee: { text, span } }: Call): Value {
  const binding = frame.scope.find(text);
  if (binding === undefined || binding.value.kind === 'poison') return poison;
  report(frame, {
    code: 'not-a-function',
    message: `${text} is ${describe(binding.value)} and cannot be called`,
    span,
    notes: [{ message: `${text} is declared here`, span: binding.span }],
  });
  return poison;
}

function hidesAnother(frame: Frame, name: string, home: Home): boolean {
  const { prelude } = home;
  return prelude !== undefined && findCallee(frame.session.table, prelude, name) !== undefined;
}

// --------------------------------------------------------------------------------------------------------------- blocks

function* callBlock(frame: Frame, block: Block, home: Home, site: CallSite): Steps<Value> {
  const taken = takeArguments(frame, site, block.parameters.map(slotOf));
  if (taken === undefined) return poison;
  const { bound, rest, training, given, root } = taken;
  if (home.prelude === undefined && frame.file.prelude !== undefined) warnOfNumbers(frame, block, rest);
  const name = block.name.text;
  const labels = root ?? (site.label === undefined ? frame.labels.unlabelled(name) : frame.labels.labelled(site.label));
  const calls = [site.span, ...frame.calls];
  const inner = { ...frame, file: home, scope: new Scope(), training, labels, given, calls };
  const value = yield nestedCall(frame, site, runBlock(inner, block, bound));
  checkTaken(frame, given, site);
  if (site.label === undefined && root === undefined) frame.labels.settle(name, labels);
  return value;
}

/** Up to this many numbers by position cannot be confused. */
const plainNumbers = 2;

/** Warns of calls such as `conv2d(x, 1, 4, 3)`: layers of other libraries have these numbers in another order. */
function warnOfNumbers(frame: Frame, { name, parameters }: Block, { positional }: CallSite): void {
  if (positional[0]?.value.kind !== 'tensor') return;
  const numbers = positional.map(({ value }, i) => ({ value, parameter: parameters[i] })).slice(1);
  const optional = numbers.some(({ parameter }) => parameter.default !== undefined);
  if (numbers.length <= plainNumbers || !optional || numbers.some(({ value }) => value.kind !== 'number')) return;
  const taken = numbers.map(({ value, parameter }) => `${parameter.name.text} ${show(value)}`);
  const named = numbers.slice(1).map(({ value, parameter }) => `${parameter.name.text}: ${show(value)}`);
  frame.session.reporter.warning(
    {
      code: 'numbers-by-position',
      message: `${name.text} takes these numbers as ${taken.join(', ')}`,
      span: positional[positional.length - 1].span,
      help: `if that is meant, name them: ${named.join(', ')}`,
    },
    frame.calls,
  );
}

function* runBlock(inner: Frame, block: Block, bound: Bound): Steps<Value> {
  yield* bindParameters(inner, block.parameters, bound);
  return yield* runBody(inner, block.body);
}
