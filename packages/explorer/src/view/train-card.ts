/** Trains the program that is looked at, in a worker: a curve grows meanwhile, and the page goes on. */
import type { Inputs } from '@tessera-dnn/chip';
import type { TrainingSteps } from '../running/messages.ts';
import { element } from './dom.ts';
import { lossChart } from './loss-chart.ts';
import { runInputs } from './run-inputs.ts';
import type { Running } from './running.ts';
import { programOf } from './state.ts';
import { valueText } from './tensor-picture.ts';
import { grouped } from './text.ts';

export interface TrainCard {
  readonly element: HTMLElement;
  /** Another text or other settings: what was trained is gone. */
  readonly reset: () => void;
}

/** Of drawn samples there are so many batches. */
const sampleBatches = 32;

/** The card. A training stops when something else is run, and can be gone on with; runs find the variables as it leaves them. */
export function trainCard(running: Running): TrainCard {
  const { state } = running;
  let isTraining = false;
  /** Counts trainings. */
  let latest = 0;
  /** The program whose training may go on with the data that it has. */
  let begun: string | undefined;
  const chart = lossChart();
  const note = element('p', { class: 'note', role: 'status' });
  const told = element('p', { class: 'numbers' });
  const inputs = runInputs(() => {
    begun = undefined;
    if (isTraining) void train();
  }, sampleBatches);
  const start = element(
    'button',
    { class: 'primary', attributes: { type: 'button' }, on: { click: () => void (isTraining ? stop() : train()) } },
    'Train',
  );
  const whole = element(
    'section',
    { class: 'card train' },
    element('header', {}, start, note),
    element('div', { class: 'details' }, told, chart.element, inputs.element),
  );
  const say = (text: string) => {
    note.textContent = text;
  };
  const show = (training: boolean) => {
    isTraining = training;
    start.textContent = training ? 'Stop' : begun === undefined ? 'Train' : 'Go on';
  };

  async function train(): Promise<void> {
    const wish = running.wish(say);
    const found = await running.program(wish);
    if (!found) return;
    const { program, kinds } = found;
    if (program.kind !== 'train') return say('Choose a train program on top.');
    inputs.show(program, kinds);
    const all = inputs.values();
    const isScalar = new Map(program.inputs.map(({ name, shape }) => [name, shape.length === 0]));
    const part = (scalars: boolean): Inputs =>
      Object.fromEntries(Object.entries(all).filter(([name]) => isScalar.get(name) === scalars));
    const isOther = begun !== program.name;
    if (isOther) chart.clear();
    begun = program.name;
    const mine = ++latest;
    show(true);
    // What was seen of a run is of other variables now.
    state.change({ ran: undefined, seen: undefined });
    const order = {
      kind: 'train',
      program: program.name,
      inputs: part(true),
      ...(isOther && { data: part(false) }),
    } as const;
    await running.ask<'train'>(
      order,
      {
        ...wish,
        say: text => {
          begun = undefined;
          say(text);
        },
      },
      steps => wish.isLast() && showSteps(steps),
    );
    // Whatever ended it, something else that was asked for too; but a later training goes on.
    if (mine === latest) show(false);
  }

  function showSteps({ steps, epoch, scalars, samplesPerSecond }: TrainingSteps): void {
    const losses = Object.keys(scalars);
    const loss = losses.find(name => /loss$/i.test(name)) ?? losses[0];
    if (loss !== undefined) chart.add(scalars[loss]);
    const means = losses.map(name => {
      const values = scalars[name];
      return `${name} ${valueText(values.reduce((sum, value) => sum + value, 0) / values.length)}`;
    });
    told.textContent = [
      `step ${grouped(steps)}`,
      `epoch ${grouped(epoch)}`,
      ...means,
      `${grouped(samplesPerSecond)} samples/s`,
    ].join(' · ');
  }

  /** The training ends after its step; what it has learnt stays on the chip. */
  async function stop(): Promise<void> {
    show(false);
    await running.ask<'stop'>({ kind: 'stop' }, running.wish(say));
  }

  state.listen(['program', 'ran'], ({ ran }) => {
    // A run has ended it.
    if (ran && isTraining) show(false);
    const { kind } = programOf(state.choice) ?? {};
    start.disabled = kind !== 'train';
    if (!isTraining) say(kind === 'train' ? '' : 'Choose a train program on top.');
  });
  return {
    element: whole,
    reset: () => {
      begun = undefined;
      show(false);
      chart.clear();
      [note.textContent, told.textContent] = ['', ''];
    },
  };
}
