/** What the compiler says of the text, below it. */
import type { Answer } from '../live/answer.ts';
import { element } from './dom.ts';

export interface Problems {
  readonly element: HTMLElement;
  /** `command`: what plans the same on the command line. */
  readonly show: (answer: Answer, command: string) => void;
}

/** A list of mistakes and warnings, and how the same is planned on the command line. */
export function problems(): Problems {
  const list = element('ul', { class: 'problems', role: 'log' });
  return {
    element: list,
    show: ({ diagnostics, broken, milliseconds }, command) => {
      const items = diagnostics
        .slice(0, 6)
        .map(({ severity, message, line, help }) =>
          problem(
            severity,
            `${line === undefined ? '' : `${line}: `}${message}${help === undefined ? '' : ` (${help})`}`,
          ),
        );
      const note =
        broken === undefined
          ? element('li', { class: 'note', title: command }, `planned in ${Math.round(milliseconds)} ms`)
          : problem(
              'error',
              `What plans has ended: ${broken}. The next change starts it again; the command line may say more: ${command}`,
            );
      list.replaceChildren(...items, note);
    },
  };
}

function problem(severity: string, text: string): HTMLElement {
  return element('li', { attributes: { 'data-severity': severity } }, text);
}
