/** `tessera train --validate`: what it tells, keeps and stops, and that the training does not notice it. */
import { Chip } from '@tessera-dnn/chip';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { npy, place } from './command.ts';
import { line, lineFlags, lines, tensors } from './trains.ts';

/** A training that draws numbers, and remembers more than its weight. */
const drawing = `model line[n = 1](x: f32[n, 1]) -> f32[n, 1] {
  param w: f32[] = 0
  state seen: f32[] = 0
  seen := seen + mean(x)
  return w * dropout(x, 0.2)
}

train fit[n = 2](x: f32[n, 1], y: f32[n, 1]) {
  let loss = mse(line(x), y)
  minimize loss using adam(rate: 0.5)
  return { loss }
}
`;
const drawn = { ...line, 'a.dnn': drawing, 'v.npy': npy([3, 1], [1, 2, 3]), 'w.npy': npy([3, 1], [3, 6, 9]) };

describe('a validation', () => {
  it('changes no bit of the training, which goes on from what was best', async () => {
    const here = place(drawn);
    const train = (...flags: string[]) =>
      here.tessera('train', 'a.dnn', '--data', 'x=x.npy', '--data', 'y=y.npy', '--math', 'strict', ...flags);
    await train('--epochs', '6', '--save', 'alone.safetensors', '--log', 'alone.jsonl');
    const validate = ['--validate', 'x=v.npy', '--validate', 'y=w.npy', '--every', '3', '--log', 'log.jsonl'];
    const keep = ['--save', 'last.safetensors', '--save-best', 'best.safetensors'];
    const { code, err, out } = await train('--epochs', '6', ...validate, ...keep);
    expect(code).toBe(0);
    expect(tensors(here, 'last.safetensors')).toEqual(tensors(here, 'alone.safetensors'));
    const log = lines(here, 'log.jsonl');
    expect(log.filter(step => !('validation' in step))).toEqual(lines(here, 'alone.jsonl'));
    const found = log.filter(step => 'validation' in step);
    expect(found.map(({ step }) => step)).toEqual([3, 6, 9, 12]);
    expect(err.match(/validation in step \d+ {2}loss \S+ {2}(the best|\d+ since)/g)).toHaveLength(4);
    const best = Number(/best in step (\d+)/.exec(out)?.[1]);
    const losses = found.map(({ validation }) => (validation as unknown as { loss: number }).loss);
    expect(losses[best / 3 - 1]).toBe(Math.min(...losses));

    await train('--epochs', '6', ...validate, '--resume', 'best.safetensors', '--save', 'again.safetensors');
    expect(tensors(here, 'again.safetensors')).toEqual(tensors(here, 'alone.safetensors'));
    expect(lines(here, 'log.jsonl')).toEqual(log);
  });

  it('ends the training when it gets no better, and a resumed one too', async () => {
    const here = place({ ...line, 'v.npy': npy([3, 1], [1, 2, 3]) });
    const flags = [...lineFlags.slice(0, -1), 'rate=0', '--validate', 'x=v.npy', '--validate', 'y=v.npy'];
    const keep = ['--patience', '2', '--save', 'w.safetensors', '--epochs', '20', '--json'];
    const first = JSON.parse((await here.tessera('train', ...flags, ...keep)).out);
    expect(first).toMatchObject({ stoppedEarly: true, steps: 6, interrupted: false });
    // Three samples in batches of two, of which all count: 0 is taken for 1, 2 and 3.
    expect(first.validations[0].means.loss).toBeCloseTo(14 / 3, 6);
    expect(first.best).toEqual({ output: 'loss', mode: 'min', value: expect.anything(), step: 2, waited: 2 });
    const more = await here.tessera('train', ...flags, ...keep, '--resume', 'w.safetensors', '--patience', '3');
    expect(JSON.parse(more.out)).toMatchObject({ stoppedEarly: true, steps: 8 });
  });

  it('that is never finite is no best one, ends a training with patience, and leaves what can be resumed', async () => {
    const disposed = vi.spyOn(Chip.prototype, 'dispose');
    onTestFinished(() => disposed.mockRestore());
    const here = place({ ...line, 'v.npy': npy([2, 1], [1e30, 1e30]), 'w.npy': npy([2, 1], [0, 0]) });
    const flags = [...lineFlags, '--validate', 'x=v.npy', '--validate', 'y=w.npy', '--patience', '2', '--epochs', '9'];
    const first = await here.tessera('train', ...flags, '--save', 'w.safetensors');
    expect(first.out).toContain('stopped early: in none of 2 validations was loss a finite number\n');
    expect(first.err.match(/loss Infinity {2}no finite one so far/g)).toHaveLength(2);
    expect(disposed.mock.contexts).toHaveLength(2);
    const more = await here.tessera('train', ...flags, '--resume', 'w.safetensors', '--patience', '3', '--json');
    expect(JSON.parse(more.out)).toMatchObject({ best: null, stoppedEarly: true, steps: 6 });
  });

  it('may be of a model, and by what is most', async () => {
    const text = `${line['a.dnn']}model judge[n = 1](x: f32[n, 1]) { return { accuracy: mean(line(x)) } }\n`;
    const here = place({ ...line, 'a.dnn': text, 'v.npy': npy([3, 1], [1, 2, 3]) });
    const flags = ['--validate', 'x=v.npy', '--validate-program', 'judge', '--epochs', '3', '--json'];
    const { out } = await here.tessera('train', ...lineFlags, ...flags);
    expect(JSON.parse(out).best).toMatchObject({ output: 'accuracy', mode: 'max', step: 6 });
  });

  it.each<[string, readonly string[], number, string]>([
    ['data that is missing', ['--validate', 'x=v.npy'], 1, 'fit needs data for\n  y: f32[2, 1]'],
    ['data of another shape', ['--validate', 'x=v.npy', '--validate', 'y=rate.npy'], 1, 'wrong-shape'],
    ['files that are not there', ['--validate', 'x=none.npy'], 1, 'there is no file none.npy'],
    [
      'what it does not give',
      ['--validate', 'x=v.npy', '--validate', 'y=v.npy', '--monitor', 'los'],
      1,
      'did you mean loss?',
    ],
    ['flags without data', ['--patience', '3'], 2, '--patience needs --validate'],
    ['flags without data, of two words', ['--save-best', 'b'], 2, '--save-best needs --validate'],
    ['odd times', ['--every', 'day'], 2, 'It is epoch, or a number of steps'],
    ['losing its data', ['--validate', 'x=v.npy', '--save-best', 'v.npy'], 2, 'would replace v.npy'],
  ])('refuses %s before the training begins', async (_, flags, code, message) => {
    const here = place({ ...line, 'v.npy': npy([3, 1], [1, 2, 3]), 'rate.npy': npy([3, 2], [1, 1, 1, 1, 1, 1]) });
    const ran = await here.tessera('train', ...lineFlags, ...flags, '--save', 'w.safetensors');
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(message);
    expect(here.names()).not.toContain('w.safetensors');
  });
});
