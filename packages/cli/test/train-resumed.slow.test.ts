/** A training that is stopped and resumed gives the same bits, or says why not. */
import { writeSafetensors } from '@tessera-dnn/formats';
import { describe, expect, it } from 'vitest';
import { npy, place } from './command.ts';
import { net, netFlags, remembering, samples } from './trains.ts';

/** Waits for `count` microtasks. A step takes a few of them before the training lets the event loop run. */
async function afterTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await undefined;
}

describe('a resumed training', () => {
  it('gives the bits of one that was not interrupted', async () => {
    const here = place(net);
    const seed = ['--seed', '9'];
    await here.tessera(
      'train',
      ...netFlags,
      ...seed,
      '--epochs',
      '4',
      '--save',
      'whole.safetensors',
      '--log',
      'whole.jsonl',
    );
    const keep = ['--save', 'part.safetensors', '--log', 'part.jsonl'];
    await here.tessera('train', ...netFlags, ...seed, '--epochs', '1', ...keep);
    // The log has a step after the last save and, from a kill, an incomplete line.
    here.write('part.jsonl', `${here.read('part.jsonl')}{"step":9,"epoch":2,"loss":7}\n{"step":10,"ep`);
    const { code } = await here.tessera('train', ...netFlags, '--epochs', '4', '--resume', 'part.safetensors', ...keep);
    expect(code).toBe(0);
    expect(here.read('part.safetensors')).toEqual(here.read('whole.safetensors'));
    expect(here.read('part.jsonl')).toEqual(here.read('whole.jsonl'));
    const { out } = await here.tessera('train', ...netFlags, '--epochs', '4', '--resume', 'part.safetensors');
    expect(out).toContain('nothing was left of 4 epochs');
  });

  it('ends with 130 on Ctrl-C, saved', async () => {
    const whole = place(net);
    await whole.tessera('train', ...netFlags, '--epochs', '60', '--save', 'w.safetensors', '--log', 'log.jsonl');
    let stops = 4;
    const here = place(net, { onInterrupt: stop => void (stops-- > 0 && afterTurns(500).then(() => stop())) });
    const keep = ['--save', 'w.safetensors', '--log', 'log.jsonl', '--epochs', '60'];
    let ran = await here.tessera('train', ...netFlags, ...keep);
    expect(ran.out).toMatch(/interrupted after step \d+ of 480/);
    expect(ran.err).toContain('stopping after this step; Ctrl-C again stops at once');
    expect(ran.code).toBe(130);
    while (ran.code === 130) ran = await here.tessera('train', ...netFlags, ...keep, '--resume', 'w.safetensors');
    expect(here.read('w.safetensors')).toEqual(whole.read('w.safetensors'));
    expect(here.read('log.jsonl')).toEqual(whole.read('log.jsonl'));
  });

  it('must be the same training', async () => {
    const here = place({ ...net, 'other.npy': samples(35)['x.npy'], 'plain.safetensors': writeSafetensors(new Map()) });
    await here.tessera('train', ...netFlags, '--save', 'w.safetensors');
    const resume = async (...flags: string[]) => (await here.tessera('train', ...flags, '--epochs', '2')).err;
    const from = ['--resume', 'w.safetensors'];
    expect(await resume(...netFlags, ...from, '--seed', '1')).toContain('the seed of the shuffling was 0 and is 1');
    expect(await resume(...netFlags, ...from, '--no-shuffle')).toContain(
      'whether samples are shuffled was true and is false',
    );
    expect(await resume(...netFlags, ...from, '--batch', '2')).toContain(
      'the number of samples in a step was 4 and is 2',
    );
    here.write('x.npy', npy([34, 4], new Array(136).fill(1)));
    expect(await resume(...netFlags, ...from)).toContain('the fingerprint of the data was');
    expect(await resume(...netFlags, '--resume', 'plain.safetensors')).toContain('error[not-a-checkpoint]');
    here.write('a.dnn', remembering.replace('dense(8)', 'dense(9)'));
    expect(await resume(...netFlags, ...from)).toContain('fc1.weight is f32[8, 4] there and f32[9, 4] here');
  });

  it('warns where the bits will be others', async () => {
    const here = place(net);
    await here.tessera('train', ...netFlags, '--save', 'w.safetensors');
    const resume = async (file: string, ...flags: string[]) => {
      const all = [file, ...netFlags.slice(1), '--resume', 'w.safetensors', '--epochs', '2', ...flags];
      const { code, err } = await here.tessera('train', ...all);
      expect(code).toBe(0);
      return err.split('\n').find(line => line.includes('resumed-otherwise'));
    };
    here.write('elsewhere/under-another-name.dnn', remembering);
    expect(await resume('elsewhere/under-another-name.dnn')).toBeUndefined();
    expect(await resume('a.dnn', '--chip', 'tiny')).toBe(
      'warning[resumed-otherwise]: the training was on host (1 tile, strict math) and goes on on tiny (16 tiles, strict math): it will not give the same bits',
    );
    here.write('a.dnn', remembering.replace('0.05', '0.06'));
    expect(await resume('a.dnn')).toBe(
      'warning[resumed-otherwise]: the program was changed, or compiled otherwise, since the training stopped: it will not give the same bits',
    );
  });

  it('adds to no file that is no log', async () => {
    const here = place({ ...net, 'notes.txt': 'mine\n' });
    await here.tessera('train', ...netFlags, '--save', 'w.safetensors');
    const { code, err } = await here.tessera('train', ...netFlags, '--resume', 'w.safetensors', '--log', 'notes.txt');
    expect(code).toBe(1);
    expect(err).toContain('error[not-a-log]: notes.txt is no log of a training');
    expect(here.read('notes.txt').toString()).toBe('mine\n');
  });
});
