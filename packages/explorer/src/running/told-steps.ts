/** Steps of a training, told to a page some at a time: thousands a second may be made, and ten messages are enough to draw. */
import type { StepReport, Training } from '@tessera-dnn/chip';
import type { TrainingSteps } from './messages.ts';

const betweenMilliseconds = 100;

export interface ToldSteps {
  /** Of each step, when it has been made. */
  readonly add: (report: StepReport, training: Pick<Training, 'batchSize'>) => void;
  /** Tells what was not told yet. */
  readonly end: () => void;
}

/** `tell` hears of what has been added since it was last told. */
export function toldSteps(tell: (steps: TrainingSteps) => void): ToldSteps {
  let [begun, samples] = [performance.now(), 0];
  let scalars = new Map<string, number[]>();
  let last: StepReport | undefined;
  const end = () => {
    if (!last || scalars.size === 0) return;
    const now = performance.now();
    const samplesPerSecond = (1000 * samples) / (now - begun);
    tell({ steps: last.step, epoch: last.epoch, scalars: Object.fromEntries(scalars), samplesPerSecond });
    [begun, samples, scalars] = [now, 0, new Map()];
  };
  return {
    end,
    add: (report, { batchSize }) => {
      last = report;
      samples += batchSize;
      for (const [name, values] of Object.entries(report.outputs)) {
        if (values.length !== 1) continue;
        const known = scalars.get(name);
        if (known) known.push(values[0]);
        else scalars.set(name, [values[0]]);
      }
      if (performance.now() - begun >= betweenMilliseconds) end();
    },
  };
}
