/** The script of a report: a page that has in it what it shows. */
import { decode } from '../data/codec.ts';
import { shell } from '../view/shell.ts';
import { sourcePane } from '../view/source-pane.ts';
import { State } from '../view/state.ts';

const text = document.querySelector('#explored')?.textContent ?? '';
const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
const state = new State(await decode(bytes));
shell(state, { source: sourcePane(state) });
