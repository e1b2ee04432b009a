/** The result of a training, as text and as JSON. */
import { type Diagnostic, jsonOf } from '@tessera-dnn/diagnostics';
import type { Paint } from '../session.ts';
import type { Trained } from '../training/loop.ts';
import type { Prepared, TrainFlags } from '../training/prepare.ts';
import { counted, duration, grouped, short } from './numbers.ts';

export interface TrainSummary {
  readonly file: string;
  readonly flags: TrainFlags;
  readonly prepared: Prepared;
  readonly trained: Trained;
}

/** The summary as text, printed when the training has ended. */
export function trainText({ prepared, trained, flags }: TrainSummary, paint: Paint): string {
  const { training, setting } = prepared;
  const { result, signal, isSaved, stoppedEarly } = trained;
  const { steps } = training.progress;
  const done = `nothing was left of ${counted(flags.epochs, 'epoch')}: --epochs counts those before a checkpoint too`;
  const lines = [
    `${paint.bold(training.program)} on ${paint.bold(setting.chip)}, ${counted(setting.tiles, 'tile')}, ${setting.math} math`,
    result.steps === 0 && signal === undefined && !stoppedEarly ? done : speedText(prepared, trained),
  ];
  if (result.last?.loss !== undefined) lines.push(`loss ${short(result.last.loss)} in step ${steps}`);
  if (signal !== undefined)
    lines.push(paint.yellow(`interrupted after step ${steps} of ${flags.epochs * training.batches}`));
  lines.push(...validationText(prepared, flags, stoppedEarly));
  if (isSaved) lines.push(`${paint.bold(flags.save ?? '')} holds the variables and the place in the training`);
  else if (flags.save !== undefined) lines.push(paint.red(`${flags.save} could not be written: see above`));
  else if (flags.saveBest === undefined)
    lines.push(paint.yellow('nothing was saved: --save FILE.safetensors keeps what was learnt'));
  if (flags.curve !== undefined) lines.push(`${paint.bold(flags.curve)} has the losses as a curve`);
  return `${lines.join('\n')}\n`;
}

function validationText({ validation }: Prepared, flags: TrainFlags, stoppedEarly: boolean): readonly string[] {
  if (!validation) return [];
  const { best, output, waited } = validation;
  if (!best)
    return stoppedEarly
      ? [`stopped early: in none of ${counted(waited, 'validation')} was ${output} a finite number`]
      : [];
  const kept = flags.saveBest === undefined ? '' : `, which ${flags.saveBest} holds`;
  const text = `${best.output} of the validation was best in step ${best.step}: ${short(best.value)}${kept}`;
  return stoppedEarly ? [`stopped early: none of the last ${counted(waited, 'validation')} was better`, text] : [text];
}

function speedText({ training }: Prepared, { result }: Trained): string {
  const amount = `${counted(result.steps, 'step')} of ${counted(training.batchSize, 'sample')}`;
  const time = duration(result.hostMilliseconds / 1000);
  return `${amount} in ${time}: ${grouped(result.samplesPerSecond)} samples/s on this host`;
}

/** The same as JSON, which `tessera train --json` prints. */
export function trainJson({ file, flags, prepared, trained }: TrainSummary, diagnostics: readonly Diagnostic[]) {
  const { training, setting, seed, initialised } = prepared;
  const { result, signal, epochs, validations, stoppedEarly, isSaved } = trained;
  const { steps, samples, batchSize, shuffle } = training.progress;
  return {
    ...{ file, program: training.program, ...setting },
    ...{ samples, batchSize, stepsPerEpoch: training.batches, shuffle },
    initialised: { seed, ...initialised },
    ...{ interrupted: signal !== undefined, steps, epochs: flags.epochs },
    loss: result.last?.loss ?? null,
    epochLosses: epochs.map(({ epoch, loss }) => ({ epoch, loss: loss ?? null })),
    validations: validations.map(({ step, epoch, means }) => ({ step, epoch, means })),
    ...{ best: prepared.validation?.best ?? null, stoppedEarly },
    hostMilliseconds: result.hostMilliseconds,
    samplesPerSecond: result.steps === 0 ? null : result.samplesPerSecond,
    saved: isSaved ? (flags.save ?? null) : null,
    ...{ log: flags.log ?? null, curve: flags.curve ?? null },
    diagnostics: diagnostics.map(jsonOf),
  };
}
