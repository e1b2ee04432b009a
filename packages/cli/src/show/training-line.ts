/** Shows how far a training is: on a terminal one line that is rewritten all the time, and everywhere one line after each epoch. */
import type { EpochReport, StepReport, Training } from '@tessera-dnn/chip';
import type { Signal, Stream } from '../io.ts';
import type { ValidationReport } from '../training/validation.ts';
import { grouped, short } from './numbers.ts';
import { eraseLine } from './ticker.ts';

export interface TrainingProgressLine {
  readonly step: (report: StepReport) => void;
  readonly epoch: (report: EpochReport) => void;
  readonly validation: (report: ValidationReport) => void;
  /** To be called when Ctrl-C or another signal has asked the training to end. */
  readonly stopping: (signal: Signal) => void;
  /** Erases the line. */
  readonly end: () => void;
}

const drawMilliseconds = 100;
/** The weight of the newest step in the smoothed loss. */
const newest = 0.05;

/** Begins to show the progress of `training` on `stream`, which ends after `epochs` epochs. Only a terminal gets the line that changes. */
export function showTraining(stream: Stream, training: Training, epochs: number): TrainingProgressLine {
  const begin = { time: performance.now(), steps: training.progress.steps };
  const total = epochs * training.batches;
  let loss: number | undefined;
  let drawn = Number.NEGATIVE_INFINITY;
  const erase = (): void => {
    if (stream.isTerminal && drawn > 0) stream.write(eraseLine);
  };
  return {
    step: report => {
      loss = smoothed(loss, report.loss);
      const now = performance.now();
      if (!stream.isTerminal || now - drawn < drawMilliseconds) return;
      drawn = now;
      const secondsPerStep = (now - begin.time) / 1000 / (report.step - begin.steps);
      const rate = `${grouped(training.batchSize / secondsPerStep)} samples/s`;
      const left = timeText((total - report.step) * secondsPerStep);
      const place = `epoch ${report.epoch}/${epochs}  step ${report.batch}/${training.batches}`;
      const text = [place, ...lossText(loss), rate, `${left} left`].join('  ');
      stream.write(eraseLine + text.slice(0, stream.columns - 1));
    },
    epoch: report => {
      erase();
      const rate = `${grouped(report.samplesPerSecond)} samples/s`;
      stream.write(`${[`epoch ${report.epoch}/${epochs}`, ...meansText(report), rate].join('  ')}\n`);
    },
    validation: report => {
      erase();
      const worse = report.hasBest ? `${report.waited} since the best` : 'no finite one so far';
      const found = report.isBest ? 'the best so far' : worse;
      stream.write(`${[`  validation in step ${report.step}`, ...meansText(report), found].join('  ')}\n`);
    },
    stopping: signal => {
      erase();
      const way = signal === 'SIGINT' ? 'Ctrl-C again stops at once' : `asked to by ${signal}`;
      stream.write(`stopping after this step; ${way}\n`);
    },
    end: erase,
  };
}

function smoothed(before: number | undefined, loss: number | undefined): number | undefined {
  return before === undefined || loss === undefined ? loss : before + newest * (loss - before);
}

/** All means by the names of their outputs; a loss that is called otherwise is told under its own name. */
function meansText({ means }: Pick<EpochReport, 'means'>): readonly string[] {
  return Object.entries(means).map(([name, mean]) => `${name} ${short(mean)}`);
}

function lossText(loss: number | undefined): readonly string[] {
  return loss === undefined ? [] : [`loss ${short(loss)}`];
}

/** `12 s`, `3 min 20 s`, `2 h 5 min`. */
function timeText(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
