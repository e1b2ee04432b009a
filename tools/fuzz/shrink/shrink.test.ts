/** A case that fails for a simple reason is shrunk to little more than that reason. */
import { createPick } from '@tessera-dnn/ops';
import { expect, test } from 'vitest';
import { textOf, textsOf } from '../describe/text.ts';
import { type Case, drawCase } from '../draw/case.ts';
import type { Fault } from '../judge/trial.ts';
import { readReplay, replayFile } from '../replay.ts';
import { shrink } from './shrink.ts';

const fault: Fault = { family: 'test', message: 'it says softplus', settings: [] };

/** The first `count` drawn cases whose text contains `word`. */
function casesWith(word: string, count: number): readonly Case[] {
  const drawn = Array.from({ length: 150 }, (_, i) => drawCase(createPick(i)));
  return drawn.filter(({ file }) => textOf(file).includes(word)).slice(0, count);
}

test('of a file that fails for one call little but the call is left', async () => {
  const cases = casesWith('softplus(', 3);
  expect(cases.length).toBe(3);
  for (const start of cases) {
    const says = async ({ file }: Case) => (textOf(file).includes('softplus(') ? fault : undefined);
    const { smallest } = await shrink(start, fault, says, 2000);
    const text = textOf(smallest.file);
    expect(text).toContain('softplus(');
    expect(text.split('\n').length, text).toBeLessThanOrEqual(9);
    expect(smallest.settings).toEqual([]);
  }
});

test('a chip that fails for its tiles keeps as many as it needs', async () => {
  const start = casesWith('conv2d(', 150).find(({ settings }) =>
    settings.some(({ chip, math }) => chip.tiles > 8 && math === 'fast'),
  ) as Case;
  const many = async ({ settings }: Case) => {
    const shown = settings.filter(({ chip, math }) => chip.tiles >= 3 && math === 'fast');
    return shown.length > 0 ? { ...fault, settings: shown } : undefined;
  };
  const { smallest } = await shrink(start, fault, many, 2000);
  expect(smallest.settings.map(({ chip, math, ...rest }) => [chip.tiles, chip.workers, math, rest])).toEqual([
    [3, 1, 'fast', {}],
  ]);
});

test('what is written can be read and tried again', () => {
  const [start] = casesWith('softplus(', 1);
  const { text, ...rest } = readReplay(replayFile(start, { ...fault, settings: start.settings })) ?? {};
  const { text: written, ...told } = textsOf(start.file);
  expect(text).toContain(written);
  expect(rest).toEqual({ settings: start.settings, seed: start.seed, rounds: start.rounds, ...told });
});
