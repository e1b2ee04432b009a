/** The file's text, offered to whoever has written another one in the page meanwhile. */
import { element, link } from './dom.ts';

export interface FileOffer {
  readonly element: HTMLElement;
  /** `take` puts the file's text in place of what was written. */
  readonly show: (take: () => void) => void;
  readonly hide: () => void;
}

/** A line that is hidden until something is offered. */
export function fileOffer(): FileOffer {
  const whole = element('p', { class: 'note offer', role: 'status' });
  whole.hidden = true;
  const hide = () => {
    whole.hidden = true;
  };
  return {
    element: whole,
    hide,
    show: take => {
      const button = link('take its text', () => {
        hide();
        take();
      });
      button.title = 'what you have written here goes; undo brings it back';
      whole.replaceChildren('The file has changed on the disk; what you have written here is kept. ', button);
      whole.hidden = false;
    },
  };
}
