/** What the compiler says of the text, below it. */
import type { JsonDiagnostic } from '@tessera-dnn/diagnostics';
import { element } from './dom.ts';

export interface Problems {
  readonly element: HTMLElement;
  readonly show: (diagnostics: readonly JsonDiagnostic[], milliseconds: number, command: string) => void;
}

/** A list of mistakes and warnings, and how the same is planned on the command line. */
export function problems(): Problems {
  const list = element('ul', { class: 'problems', role: 'log' });
  return {
    element: list,
    show: (diagnostics, milliseconds, command) => {
      const items = diagnostics
        .slice(0, 6)
        .map(({ severity, message, line, help }) =>
          element(
            'li',
            { attributes: { 'data-severity': severity } },
            `${line === undefined ? '' : `${line}: `}${message}${help === undefined ? '' : ` (${help})`}`,
          ),
        );
      const note = `planned in ${Math.round(milliseconds)} ms`;
      list.replaceChildren(...items, element('li', { class: 'note', title: command }, note));
    },
  };
}
