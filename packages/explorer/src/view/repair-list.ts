/** What would make the program fit, for whoever asks: planned one by one, and made by a click. */
import type { Order } from '../live/answer.ts';
import { reasonOf } from '../live/planner.ts';
import type { Repair } from '../live/repairs.ts';
import type { Settings } from '../live/settings.ts';
import { element } from './dom.ts';
import { bytesText, countText } from './text.ts';

/** A worker that tells repairs, and `undefined` when there are no more. */
interface RepairingWorker {
  postMessage(order: Order): void;
  terminate(): void;
  onmessage: ((event: { readonly data: Repair | undefined }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
}

export interface RepairList {
  readonly element: HTMLElement;
  /** Another text or other settings: what was found is of no interest any more. `fits`: whether there is nothing to ask. */
  readonly reset: (fits: boolean) => void;
}

/** A button, and what was found below it. `apply` makes a change. */
export function repairList(
  start: () => RepairingWorker,
  order: () => Order,
  apply: (settings: Settings) => void,
): RepairList {
  let worker: RepairingWorker | undefined;
  const note = element('p', { class: 'note', role: 'status' });
  const rows = element('ul');
  const ask = element('button', { attributes: { type: 'button' }, on: { click: () => look() } }, 'What makes it fit?');
  const whole = element('div', { class: 'repairs' }, ask, note, rows);
  whole.hidden = true;

  function look(): void {
    worker?.terminate();
    rows.replaceChildren();
    note.textContent = 'each change is planned …';
    worker = start();
    worker.onmessage = ({ data }) => {
      if (data) rows.append(element('li', {}, rowOf(data, apply)));
      else
        note.textContent =
          rows.children.length === 0
            ? 'None of the changes that were tried makes it fit.'
            : 'Each of these was planned, and fits:';
    };
    // What was found before it broke stays, as that was planned.
    worker.onerror = ({ message }) => {
      note.textContent = `What looks for changes has ended: ${reasonOf(message)}. \`tessera memory --repair\` does the same.`;
    };
    worker.postMessage(order());
  }

  return {
    element: whole,
    reset: fits => {
      worker?.terminate();
      worker = undefined;
      rows.replaceChildren();
      note.textContent = '';
      whole.hidden = fits;
    },
  };
}

function rowOf(repair: Repair, apply: (settings: Settings) => void): HTMLElement {
  const { what, flags, peakBytes, savedBytes, addedCycles, settings } = repair;
  const saved = savedBytes > 0 ? `saves ${bytesText(savedBytes)}, ` : '';
  const added =
    addedCycles === 0 ? 'no cycles' : `${addedCycles > 0 ? '+' : '−'}${countText(Math.abs(addedCycles))} cycles`;
  const told = element(
    'span',
    {},
    element('strong', {}, what),
    ` ${saved}${bytesText(peakBytes)} on the fullest tile, ${added}`,
  );
  const button = element(
    'button',
    { title: flags.join(' '), attributes: { type: 'button' }, on: { click: () => apply(settings) } },
    'apply',
  );
  return element('div', {}, told, button);
}
