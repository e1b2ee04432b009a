/** What is known of what is chosen: a tensor, a phase, a line, or else the tile. */
import { none } from '../data/explored.ts';
import { element } from './dom.ts';
import { bufferDetails } from './inspect-buffer.ts';
import { lineDetails } from './inspect-line.ts';
import { phaseDetails } from './inspect-phase.ts';
import { tileDetails } from './inspect-tile.ts';
import { type Choice, programOf, type State } from './state.ts';

/** The card with the details. */
export function inspector(state: State): HTMLElement {
  const body = element('div', { class: 'details', attributes: { 'aria-live': 'polite' } });
  // Zooming changes nothing here.
  state.listen(['explored', 'program', 'tile', 'phase', 'buffer', 'site'], choice => {
    body.replaceChildren(...(programOf(choice) ? detailsOf(choice, state) : []));
    body.scrollTop = 0;
  });
  return element('section', { class: 'card inspector' }, body);
}

function detailsOf(choice: Choice, state: State): readonly HTMLElement[] {
  const change = (what: Partial<Choice>) => state.change(what);
  if (choice.buffer !== none) return bufferDetails(choice, change);
  if (choice.site !== none) return lineDetails(choice, change);
  return choice.phase === none ? tileDetails(choice, change) : phaseDetails(choice, change);
}
