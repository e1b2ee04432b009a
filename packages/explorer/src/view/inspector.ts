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
  let shown: Choice | undefined;
  state.listen(['explored', 'program', 'tile', 'phase', 'buffer', 'site', 'ran', 'seen'], choice => {
    const top = body.scrollTop;
    body.replaceChildren(...(programOf(choice) ? detailsOf(choice, state) : []));
    // Who watches a tensor change while the program runs stays where he is.
    body.scrollTop = shown?.buffer === choice.buffer && choice.buffer !== none ? top : 0;
    shown = choice;
  });
  return element('section', { class: 'card inspector' }, body);
}

function detailsOf(choice: Choice, state: State): readonly HTMLElement[] {
  const change = (what: Partial<Choice>) => state.change(what);
  if (choice.buffer !== none) return bufferDetails(choice, change);
  if (choice.site !== none) return lineDetails(choice, change);
  return choice.phase === none ? tileDetails(choice, change) : phaseDetails(choice, change);
}
