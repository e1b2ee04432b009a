/** Training on data: which samples a step gets, what is reported, and where a training can stop and go on. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { describe, expect, it } from 'vitest';
import { type Checkpoint, type Chip, createTraining, type StepReport, type TrainOptions, train } from '../src/index.ts';
import { pretendChip } from './pretend.ts';

const numbers = Array.from({ length: 7 }, (_, i) => (i + 1) / 8);
const data = {
  x: { shape: [7, 1], data: Float32Array.from(numbers) },
  y: Float32Array.from(numbers, value => 3 * value),
};
const inputs = { rate: 0.5 };

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.diagnostics[0].message);
  return outcome.value;
}

/** The reports of all steps of a training. */
async function steps(chip: Chip, options: TrainOptions = {}): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  value(await train(chip, 'fit', data, { inputs, ...options, onStep: report => void reports.push(report) }));
  return reports;
}

function seen(reports: readonly StepReport[]): readonly number[] {
  return reports.flatMap(({ outputs }) => [...outputs.seen]);
}

function weight(chip: Chip): number {
  return value(chip.readVariable('w'))[0];
}

describe('train', () => {
  it('fits', async () => {
    const chip = pretendChip();
    const result = value(await train(chip, 'fit', data, { inputs, epochs: 40 }));
    expect(result).toMatchObject({ ended: 'complete', steps: 120, last: { step: 120, epoch: 40, batch: 3 } });
    expect(weight(chip)).toBeCloseTo(3, 5);
    expect(value(chip.run('ask')).w[0]).toBe(weight(chip));
  });

  it('makes the same steps while this thread does other things', async () => {
    const [sync, background] = [await steps(pretendChip()), await steps(pretendChip(), { background: true })];
    const facts = ({ step, loss, outputs }: StepReport) => ({ step, loss, outputs });
    expect(background.map(facts)).toEqual(sync.map(facts));
  });

  it('takes samples in their order if told to, and leaves a rest out', async () => {
    const reports = await steps(pretendChip(), { shuffle: false, epochs: 2 });
    const order = numbers.slice(0, 6);
    expect(seen(reports)).toEqual([...order, ...order]);
    expect(reports.map(({ step, epoch, batch }) => [step, epoch, batch])).toEqual([
      [1, 1, 1],
      [2, 1, 2],
      [3, 1, 3],
      [4, 2, 1],
      [5, 2, 2],
      [6, 2, 3],
    ]);
  });

  it('takes each sample at most once an epoch, in an order of its own', async () => {
    const reports = await steps(pretendChip(), { epochs: 80 });
    const orders = Array.from({ length: 80 }, (_, epoch) => seen(reports.slice(3 * epoch, 3 * epoch + 3)));
    for (const order of orders) expect(new Set(order).size).toBe(6);
    expect(new Set(orders.map(String)).size).toBeGreaterThan(75);
    // An epoch has room for six of seven samples. Since its order is new in every epoch, each sample is left out in some.
    const left = orders.map(order => numbers.find(number => !order.includes(number)));
    expect(new Set(left)).toEqual(new Set(numbers));
    expect(seen(await steps(pretendChip(), { epochs: 80 }))).toEqual(seen(reports));
    expect(seen(await steps(pretendChip(), { epochs: 80, seed: 1 }))).not.toEqual(seen(reports));
  });

  it('reports the loss before the update, and its mean over an epoch', async () => {
    const losses: number[] = [];
    const result = await train(pretendChip(), 'fit', data, {
      inputs,
      onStep: ({ loss }) => void losses.push(loss!),
      onEpoch: report => {
        expect(report).toMatchObject({ epoch: 1, steps: 3 });
        expect(report.loss).toBeCloseTo((losses[0] + losses[1] + losses[2]) / 3, 12);
        expect(report.means).toEqual({ loss: report.loss });
        losses.push(Number.NaN);
      },
      shuffle: false,
    });
    // With w = 0 the loss is (9x² + 9x'²)/2 for x = 1/8, x' = 2/8.
    expect(losses[0]).toBeCloseTo((9 / 64 + 36 / 64) / 2, 6);
    expect(losses).toHaveLength(4);
    expect(result.diagnostics).toMatchObject([
      {
        code: 'ragged-batch',
        severity: 'warning',
        message: '7 samples are no multiple of 2: in every epoch 1 are left out',
      },
    ]);
  });

  it('gives an input the value of its step', async () => {
    const asked: number[] = [];
    const still = pretendChip();
    const rate = (step: number): number => {
      asked.push(step);
      return 0;
    };
    await steps(still, { inputs: { rate }, epochs: 2 });
    expect(asked).toEqual([1, 2, 3, 4, 5, 6]);
    expect(weight(still)).toBe(0);
    const [one, other] = [pretendChip(), pretendChip()];
    await steps(one, { inputs: { rate: Float32Array.of(0.25) } });
    await steps(other, { inputs: { rate: () => 0.25 } });
    expect(weight(one)).toBe(weight(other));
  });

  it('lets others have their turn', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const long = { onStep: () => void spin(3) };
    await train(pretendChip(), 'fit', data, { inputs, epochs: 10, ...long });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});

/** Keeps the thread busy. */
function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('a checkpoint', () => {
  it.each([true, false])('goes on, in the middle of an epoch, as if nothing had been (shuffled: %s)', async shuffle => {
    const whole = pretendChip();
    const expected = await steps(whole, { epochs: 4, shuffle, seed: 5 });
    for (let stop = 0; stop <= expected.length; stop++) {
      const controller = new AbortController();
      if (stop === 0) controller.abort();
      const result = value(
        await train(pretendChip(), 'fit', data, {
          ...{ inputs, epochs: 4, shuffle, seed: 5, signal: controller.signal },
          onStep: ({ step }) => {
            if (step === stop) controller.abort();
          },
        }),
      );
      expect(result).toMatchObject({ ended: stop < 12 ? 'aborted' : 'complete', steps: stop });
      const saved = value(result.training.checkpoint());
      const other = pretendChip();
      const rest = await steps(other, { epochs: 4, resume: structuredClone(saved) });
      expect(rest.map(({ step }) => step)).toEqual(expected.slice(stop).map(({ step }) => step));
      expect(seen(rest)).toEqual(seen(expected.slice(stop)));
      expect(weight(other)).toBe(weight(whole));
      expect(value(other.readVariable('$step'))[0]).toBe(12);
    }
  });

  it('holds all variables and what decides the rest', async () => {
    const result = value(await train(pretendChip(), 'fit', data, { inputs, seed: 3 }));
    const { progress, variables } = value(result.training.checkpoint());
    expect(progress).toMatchObject({ program: 'fit', steps: 3, samples: 7, batchSize: 2, shuffle: true, seed: 3 });
    expect([...variables].map(([path, { kind }]) => [path, kind])).toEqual([
      ['w', 'param'],
      ['fit.w.sgd.velocity', 'state'],
      ['$step', 'state'],
    ]);
  });

  it('of the time when trains shared their states goes on as well', async () => {
    const whole = value(await train(pretendChip(), 'fit', data, { inputs, epochs: 2 }));
    const half = value(await train(pretendChip(), 'fit', data, { inputs, epochs: 1 }));
    const { progress, variables } = value(half.training.checkpoint());
    const former = new Map([...variables].map(([path, saved]) => [path.replace(/^fit\./, ''), saved]));
    const chip = pretendChip();
    value(await train(chip, 'fit', data, { inputs, epochs: 2, resume: { progress, variables: former } }));
    expect(weight(chip)).toBe(weight(whole.training.chip));
  });

  const other = { ...data, y: Float32Array.from(numbers) };
  it.each<[string, Parameters<typeof createTraining>[2], TrainOptions, (saved: Checkpoint) => Checkpoint]>([
    ['the seed of the shuffling was 0 and is 1', data, { seed: 1 }, saved => saved],
    ['whether samples are shuffled was true and is false', data, { shuffle: false }, saved => saved],
    ['the fingerprint of the data was', other, {}, saved => saved],
    [
      'it has no fit.w.sgd.velocity',
      data,
      {},
      ({ progress, variables }) => ({ progress, variables: without(variables) }),
    ],
    ['v is no variable of the program', data, {}, saved => withVariable(saved, 'v', [])],
    ['w is f32[2] there and f32[] here', data, {}, saved => withVariable(saved, 'w', [2])],
  ])('of another training is refused: %s', async (reason, theirs, options, change) => {
    const saved = value(value(createTraining(pretendChip(), 'fit', data, { inputs })).checkpoint());
    const chip = pretendChip();
    chip.writeVariable('w', Float32Array.of(7));
    const resumed = await train(chip, 'fit', theirs, { inputs, ...options, resume: change(saved) });
    expect(resumed.diagnostics).toMatchObject([{ code: 'resume-mismatch' }]);
    expect(resumed.diagnostics[0].message).toContain(reason);
    expect(weight(chip)).toBe(7);
  });
});

function without(variables: Checkpoint['variables']): Checkpoint['variables'] {
  return new Map([...variables].filter(([path]) => path !== 'fit.w.sgd.velocity'));
}

function withVariable({ progress, variables }: Checkpoint, path: string, shape: readonly number[]): Checkpoint {
  const variable = { kind: 'param', type: 'f32', shape, data: new Float32Array(2) } as const;
  return { progress, variables: new Map([...variables, [path, variable]]) };
}

describe('what is no number', () => {
  const bad = { ...data, y: Float32Array.from(numbers, (value, i) => (i === 4 ? Number.NaN : value)) };
  const options = { inputs, shuffle: false, epochs: 2 };

  it('in the loss ends the training, with the step', async () => {
    const training = value(createTraining(pretendChip(), 'fit', bad, options));
    const ran = await training.run({ epochs: 2 });
    expect(ran.diagnostics).toMatchObject([{ code: 'non-finite-loss', message: 'loss is NaN at step 3' }]);
    expect(training.progress.steps).toBe(2);
    expect([training.step(), training.checkpoint()]).toMatchObject([{ ok: false }, { ok: false }]);
  });

  it('leaves the variables as they were, if they are to be kept', async () => {
    const chip = pretendChip();
    const training = value(createTraining(chip, 'fit', bad, { ...options, rollback: true }));
    let before = 0;
    await training.run({ onStep: () => void (before = weight(chip)) });
    expect(before).not.toBe(0);
    expect(weight(chip)).toBe(before);
    expect(value(training.checkpoint()).progress.steps).toBe(2);
  });

  it('in a param is never saved, whatever the loss was', async () => {
    const chip = pretendChip();
    const rate = (step: number): number => (step === 2 ? Number.POSITIVE_INFINITY : 0.5);
    const training = value(createTraining(chip, 'fit', data, { ...options, inputs: { rate } }));
    value(training.step());
    value(training.step());
    const message = expect.stringMatching(/^w has an element that is (negative )?infinite after step 2$/);
    expect(training.checkpoint().diagnostics).toMatchObject([{ code: 'non-finite-weights', message }]);
    const careful = value(createTraining(pretendChip(), 'fit', data, { ...options, inputs: { rate }, rollback: true }));
    value(careful.step());
    expect(careful.step().diagnostics).toMatchObject([{ code: 'non-finite-weights' }]);
    expect(value(careful.checkpoint()).progress.steps).toBe(1);
  });
});

describe('refuses', () => {
  const many = (count: number) => new Float32Array(count);
  it.each<[string, string, Parameters<typeof createTraining>[2], TrainOptions, readonly string[]]>([
    ['a model', 'ask', {}, {}, ['nothing-to-train: ask is a model: it is run, not trained']],
    ['a name', 'fti', data, {}, ['no-such-program: the artifact has no program called fti']],
    [
      'inputs without values',
      'fit',
      { x: data.x },
      {},
      ['missing-data: fit needs data for\n  y: f32[2]\n  rate: f32[]'],
    ],
    ['unknown data', 'fit', { ...data, z: many(7) }, { inputs }, ['no-such-input: fit has no input called z']],
    [
      'different numbers of samples',
      'fit',
      { x: data.x, y: many(6) },
      { inputs },
      ['uneven-data: the data for fit has different numbers of samples: x 7, y 6'],
    ],
    [
      'too few samples',
      'fit',
      { x: many(1), y: many(1) },
      { inputs },
      ['too-few-samples: a step of fit takes 2 samples, but there are only 1'],
    ],
    [
      'other shapes and types, all at once',
      'fit',
      { x: { shape: [7, 2], data: many(14) }, y: new Int32Array(7) },
      { inputs },
      [
        'wrong-shape: data for x of fit is f32[7, 1], but [7, 2] was given',
        'wrong-type: data for y of fit is f32, so it takes a Float32Array, not an Int32Array',
      ],
    ],
    [
      'a scalar as data',
      'fit',
      { ...data, rate: many(7) },
      {},
      ['wrong-shape: input rate of fit has no axis that could count samples'],
    ],
    [
      'a single number as data',
      'fit',
      { ...data, x: { shape: [], data: many(1) } },
      { inputs },
      ['wrong-shape: data for x of fit is f32[samples, 1], but a single number was given'],
    ],
    ['a seed', 'fit', data, { inputs, seed: 0.5 }, ['bad-seed: a seed is a 32-bit integer, not 0.5']],
  ])('%s', async (_, program, given, options, expected) => {
    const chip = pretendChip();
    const { ok, diagnostics } = await train(chip, program, given, options);
    expect(ok).toBe(false);
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual(expected);
    expect(weight(chip)).toBe(0);
  });
});
