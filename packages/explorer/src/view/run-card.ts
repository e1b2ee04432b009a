/** Runs the program that is looked at, in a worker: steps through its phases, forward and back, and shows what it gives. */
import { none, numberOf } from '../data/explored.ts';
import type { Moment } from '../running/messages.ts';
import { element } from './dom.ts';
import { runInputs } from './run-inputs.ts';
import type { Running, Wish } from './running.ts';
import { programOf } from './state.ts';
import { tensorPicture } from './tensor-picture.ts';

export interface RunCard {
  readonly element: HTMLElement;
  /** Another text or other settings: what was run is of no interest any more. */
  readonly reset: () => void;
}

/** The card. What it learns stands in the state, from where the other views have it. */
export function runCard(running: Running): RunCard {
  const { state } = running;
  let moment: Moment | undefined;
  const note = element('p', { class: 'note', role: 'status' });
  const inputs = runInputs(() => {
    if (moment) void run();
  });
  const outputs = element('div', { class: 'outputs' });
  const where = element('span', { class: 'note', attributes: { 'aria-live': 'polite' } });
  const slider = element('input', {
    attributes: { type: 'range', min: '0', step: '1', 'aria-label': 'Phases that have been run' },
    on: { input: () => void go(slider.valueAsNumber) },
  });
  const button = (text: string, title: string, click: () => void) =>
    element('button', { title, attributes: { type: 'button', 'aria-label': title }, on: { click } }, text);
  const doneNow = () => moment?.done ?? 0;
  const steps = [
    button('|◂', 'back to the start', () => void go(0)),
    button('◂', 'a phase back', () => void go(doneNow() - 1)),
    button('▸', 'a phase on', () => void go(doneNow() + 1)),
    button('▸|', 'on to the end', () => void go(Number.POSITIVE_INFINITY)),
    button('to the chosen phase', 'run up to the phase that is chosen in the other views, that one included', () => {
      const { phase } = state.choice;
      if (phase !== none) void go(phase + 1);
    }),
  ];
  const start = element(
    'button',
    { class: 'primary', attributes: { type: 'button' }, on: { click: () => void run() } },
    'Run',
  );
  const anew = button('new parameters', 'draw parameters and states anew, by the seed', () => void draw());
  const timed = button('measure', 'time each phase, in runs of less than half a second', () => void measure());
  const stepping = element('div', { class: 'stepping' }, ...steps, slider, where);
  const whole = element(
    'section',
    { class: 'card run' },
    element('header', {}, start, timed, anew, note),
    element('div', { class: 'details' }, stepping, inputs.element, outputs),
  );

  const say = (text: string) => {
    note.textContent = text;
  };

  /** Begins with the inputs as they are; nothing has been run then. */
  async function begin(wish: Wish): Promise<Moment | undefined> {
    const found = await running.program(wish);
    if (!found) return undefined;
    const { program, kinds } = found;
    inputs.show(program, kinds);
    return running.ask<'begin'>({ kind: 'begin', program: program.name, inputs: inputs.values() }, wish);
  }

  async function run(): Promise<void> {
    const wish = running.wish(say);
    const begun = await begin(wish);
    if (begun) show(await running.ask<'go'>({ kind: 'go', done: Number.POSITIVE_INFINITY }, wish));
  }

  async function go(done: number): Promise<void> {
    const wish = running.wish(say);
    if (!moment && !(await begin(wish))) return;
    show(await running.ask<'go'>({ kind: 'go', done: Math.max(0, done) }, wish));
  }

  async function measure(): Promise<void> {
    const wish = running.wish(say);
    if (!moment && !(await begin(wish))) return;
    say('measuring …');
    const measured = await running.ask<'measure'>({ kind: 'measure', milliseconds: 400 }, wish);
    if (!measured) return;
    say('');
    const { program, milliseconds, runs } = measured;
    state.change({ ran: { program, milliseconds, runs, done: doneNow() } });
  }

  async function draw(): Promise<void> {
    const wish = running.wish(say);
    if (!(await running.program(wish))) return;
    await running.ask<'draw'>({ kind: 'draw', seed: 1 + Math.floor(Math.random() * 1e6) }, wish);
    if (wish.isLast()) await run();
  }

  function show(next: Moment | undefined): void {
    if (!next) return;
    moment = next;
    const program = programOf(state.choice);
    const { done, milliseconds } = next;
    slider.max = String(program.phases);
    slider.value = String(done);
    const last = done - 1;
    where.textContent =
      done === 0
        ? 'before the first phase'
        : `after phase ${numberOf(program, last)}, ${state.choice.explored.phases.names[program.firstPhase + last]}`;
    outputs.replaceChildren(...next.outputs.flatMap(tensor => [element('h3', {}, tensor.name), tensorPicture(tensor)]));
    const { buffer, ran } = state.choice;
    state.change({
      // A mean of many runs tells more than the run that is stepped through.
      ran: ran && ran.runs > 1 ? { ...ran, done } : { program: next.program, done, milliseconds, runs: 1 },
      // A tensor that is looked at stays so, to see how it changes.
      ...(buffer === none && { phase: last, site: none }),
    });
  }

  function reset(): void {
    moment = undefined;
    outputs.replaceChildren();
    [note.textContent, where.textContent] = ['', ''];
    [slider.value, slider.max] = ['0', '0'];
    state.change({ ran: undefined, seen: undefined });
  }

  /** What is chosen is looked into, each time that the run stands elsewhere. */
  let lookedFor = 0;
  state.listen(['explored', 'program', 'buffer', 'ran'], ({ buffer, ran }) => {
    const { name } = programOf(state.choice) ?? {};
    const mine = ++lookedFor;
    // Another program is looked at, or a training has made other variables.
    if (moment && (name !== moment.program || !ran)) {
      reset();
      return;
    }
    if (!ran || buffer === none) return;
    const wish = { isLast: () => mine === lookedFor, say };
    void running.ask<'look'>({ kind: 'look', root: buffer }, wish).then(looked => {
      if (looked) state.change({ seen: { buffer, done: ran.done, looked } });
    });
  });
  return { element: whole, reset };
}
