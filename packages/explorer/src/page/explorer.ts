/** The script of the explorer: a text that is written beside the views of its plan. */

import type { Answer, ImportedText } from '../live/answer.ts';
import { fragmentOf, type Shared, sharedIn } from '../live/link.ts';
import { onChange } from '../live/on-disk.ts';
import { Planner, type PlanningWorker } from '../live/planner.ts';
import { Runner } from '../live/runner.ts';
import { firstSettings, flagsOf, type Settings } from '../live/settings.ts';
import { compareCard } from '../view/compare-card.ts';
import { element } from '../view/dom.ts';
import { type Editor, editor } from '../view/editor.ts';
import { fileOffer } from '../view/file-offer.ts';
import { problems } from '../view/problems.ts';
import { repairList } from '../view/repair-list.ts';
import { runCard } from '../view/run-card.ts';
import { Running } from '../view/running.ts';
import { settingsBar } from '../view/settings-bar.ts';
import { shell } from '../view/shell.ts';
import { State } from '../view/state.ts';
import { trainCard } from '../view/train-card.ts';

/** What the server has: a file with what it imports, and what the command line said. */
interface Served extends Shared {
  readonly files: readonly ImportedText[];
}

let served = (await (await fetch('source.json')).json()) as Served;
const linked = await sharedIn(location.hash);
const { name, text } = linked ?? served;
let settings: Settings = { ...firstSettings, ...(linked ?? served).settings };
/** A link may hold another program than the one that is served. */
const isServed = name === served.name;
let files = isServed ? served.files : [];

let state: State | undefined;
/** Ends what runs, and forgets what it has shown. */
let endRuns = () => {};
let timer: ReturnType<typeof setTimeout> | undefined;
const found = problems();
const pane: Editor = editor(name, text, files, () => planSoon());
const offer = fileOffer();
pane.element.append(offer.element, found.element);
const worker = (script: string) => new Worker(new URL(script, document.baseURI), { type: 'module' }) as never;
const orderNow = () => ({ sequence: 0, source: { name, text: pane.text() }, files, settings });
const repairs = repairList(() => worker('repairing.js'), orderNow, changeSettings);
pane.element.append(repairs.element);
const choosers = settingsBar(changeSettings);
const share = element(
  'button',
  {
    title: 'copy a link that holds text and settings',
    attributes: { type: 'button' },
    on: { click: () => void copyLink() },
  },
  'link',
);
const planner = new Planner(() => worker('planning.js'), show);

choosers.show(settings);
const waitingNote = element('p', { class: 'note waiting' }, 'planning…');
const waiting = element('section', { class: 'card map' }, waitingNote);
document.body.replaceChildren(
  element('header', { class: 'top' }, element('h1', {}, name), ...choosers.elements, share),
  element('main', {}, pane.element, waiting),
);
document.body.dataset['live'] = 'true';
plan();

function changeSettings(next: Settings): void {
  settings = next;
  choosers.show(settings);
  plan();
}

/** After a key another one often follows at once. */
function planSoon(): void {
  document.body.dataset['stale'] = 'true';
  endRuns();
  clearTimeout(timer);
  timer = setTimeout(plan, 60);
}

function plan(): void {
  document.body.dataset['stale'] = 'true';
  endRuns();
  repairs.reset(true);
  planner.ask(orderNow());
}

function show(answer: Answer): void {
  found.show(answer, `npx tessera memory ${name} ${flagsOf(settings).join(' ')}`);
  const { explored } = answer;
  // The last plan stays where the text has a mistake now, and is marked as one of another text.
  if (!explored) {
    waitingNote.textContent = 'There is no plan yet; below the text is what keeps it from being made.';
    return;
  }
  document.body.dataset['stale'] = 'false';
  repairs.reset(explored.fits);
  if (state) {
    state.replace(explored);
    return;
  }
  state = new State(explored);
  const running = new Running({
    state,
    runner: new Runner(() => worker('running.js')),
    order: orderNow,
    isFresh: () => document.body.dataset['stale'] === 'false',
  });
  const [run, train] = [runCard(running), trainCard(running)];
  const compare = compareCard({
    state,
    plan: planBeside,
    name: () => [name, ...flagsOf(settings)].join(' '),
    isFresh: () => document.body.dataset['stale'] === 'false',
  });
  endRuns = () => {
    running.end();
    run.reset();
    train.reset();
  };
  shell(state, {
    source: pane.element,
    tools: [...choosers.elements, share],
    views: [
      { name: 'Run', element: run.element },
      { name: 'Train', element: train.element },
      { name: 'Compare', element: compare },
    ],
  });
  pane.follow(state);
}

/** Plans another text, with what the program may import, in a worker of its own. */
function planBeside(source: { readonly name: string; readonly text: string }): Promise<Answer> {
  return new Promise(resolve => {
    const beside = worker('planning.js') as PlanningWorker;
    const other = new Planner(
      () => beside,
      answer => {
        beside.terminate();
        resolve(answer);
      },
    );
    other.ask({ ...orderNow(), source });
  });
}

async function copyLink(): Promise<void> {
  const fragment = await fragmentOf({ name, text: pane.text(), settings });
  history.replaceState(undefined, '', fragment);
  await navigator.clipboard?.writeText(location.href);
  share.textContent = 'copied';
  setTimeout(() => {
    share.textContent = 'link';
  }, 1500);
}

/** What the server has now. Nothing where it is gone, or was stopped by a fault: it tells of the next change. */
async function readAgain(): Promise<void> {
  const answered = await fetch('source.json').catch(() => undefined);
  if (!answered?.ok) return;
  const before = served;
  served = (await answered.json()) as Served;
  if (JSON.stringify(served.files) !== JSON.stringify(files)) {
    files = served.files;
    pane.importing(files);
    plan();
  }
  const { text: now } = served;
  const become = onChange(pane.text(), before.text, now);
  if (become === 'replace') pane.replace(now);
  if (become === 'offer') offer.show(() => pane.replace(now));
  else if (now !== before.text) offer.hide();
}

/** The server tells when a file has changed. An answer that comes late must not undo a later one, so they are read one by one. */
let reading = Promise.resolve();
if (isServed)
  new EventSource('events').addEventListener('changed', () => {
    reading = reading.then(readAgain);
  });
