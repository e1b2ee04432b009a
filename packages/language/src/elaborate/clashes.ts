/** What is wrong where two variables would have one path. */
import type { Span } from '@tessera-dnn/diagnostics';
import type { Variable } from '@tessera-dnn/graph';
import { type Frame, report } from './frame.ts';
import { usersSpan } from './report.ts';
import { showVariable } from './variables.ts';

/** Reports a path that one program or call of a model declares twice. */
export function reportDuplicate(frame: Frame, path: string, span: Span, earlier: Span): void {
  report(frame, {
    code: 'duplicate-path',
    message: `two variables of one model would be called ${path}`,
    span,
    notes: [{ message: `the first ${path} comes from here`, span: earlier }],
    help: helpForTwice(frame, span, earlier),
  });
}

/**
 * The help for a path that is declared twice, by the cause: two calls with one label, one call in a loop, or a declaration in a loop
 * without a call.
 */
function helpForTwice({ labels: { path }, calls }: Frame, span: Span, earlier: Span): string {
  const label = path.slice(path.lastIndexOf('.') + 1);
  const here = calls[0] ?? span;
  const isRepeated = here.source === earlier.source && here.start === earlier.start;
  if (path === '') {
    return isRepeated && calls.length === 0
      ? 'in a loop, make it a block and label its call with as "layer{i}"'
      : 'label the calls apart: f(x) as first, f(x) as second';
  }
  if (isRepeated) return `this call runs more than once: give each time a label of its own, as "${label}{i}"`;
  return `both are labelled ${label}: give each a label of its own; one set of parameters for both is a model that is called twice`;
}

/** Reports a path that another model declares as another variable. */
export function reportClash(frame: Frame, variable: Variable, earlier: Variable, span: Span): void {
  const mine = showVariable(variable.kind, variable.type);
  report(frame, {
    code: 'variable-clash',
    message: `${variable.path} is a ${mine} here and a ${showVariable(earlier.kind, earlier.type)} in another model`,
    span,
    notes: [{ message: 'the other one is declared here', span: usersSpan(earlier.origin) }],
    help: 'models share variables of the same path: give them the same type, or label the calls apart with as',
  });
}
