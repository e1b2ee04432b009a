/** What `tessera train` refuses, and what it says then. */
import { describe, expect, it } from 'vitest';
import { npy, place } from './command.ts';
import { line, lineFlags } from './trains.ts';

describe('train refuses', () => {
  it.each<[string, readonly string[], number, string]>([
    [
      'missing data',
      ['a.dnn', '--data', 'x=x.npy'],
      1,
      'fit needs data for\n  y: f32[2, 1]\n  rate: f32[]\n   help: --data y=y.npy --input rate=0.1',
    ],
    ['unknown names', [...lineFlags, '--data', 'z=x.npy'], 1, 'error[no-such-input]: fit has no input called z'],
    [
      'inputs given twice',
      [...lineFlags, '--input', 'x=1'],
      1,
      'error[input-given-twice]: input x is given samples and one value',
    ],
    ['files that are not there', [...lineFlags, '--data', 'z=z.npy'], 1, 'error[no-such-file]: there is no file z.npy'],
    ['a model', [...lineFlags, '--program', 'line'], 1, 'error[nothing-to-train]: line is a model'],
    ['a file without training', ['model.dnn'], 1, 'error[nothing-to-train]: model.dnn has no train program'],
    ['a choice', ['two.dnn'], 1, 'error[several-programs]: two.dnn has several programs: a, b'],
    [
      'other lengths',
      [...lineFlags.slice(0, 4), 'y=short.npy', ...lineFlags.slice(5)],
      1,
      'numbers of samples: x 5, y 3',
    ],
    [
      'a folder that is not there',
      [...lineFlags, '--save', 'no/w.safetensors'],
      1,
      'error[unwritable-file]: no/w.safetensors',
    ],
    ['weights beside a checkpoint', [...lineFlags, '--weights', 'a', '--resume', 'b'], 2, '--resume has weights'],
    ['saving nowhere', [...lineFlags, '--save-every', '5'], 2, '--save-every needs --save'],
    ['no epochs', [...lineFlags, '--epochs', '0'], 2, 'It must be at least 1'],
    ['losing its data', [...lineFlags, '--save', 'x.npy'], 2, '--save x.npy would replace x.npy'],
    ['a log in its own checkpoint', [...lineFlags, '--save', 'w', '--log', './w'], 2, '--log ./w would replace w'],
    ['losing its program', [...lineFlags, '--log', 'a.dnn'], 2, '--log a.dnn would replace a.dnn'],
  ])('%s', async (_, args, code, message) => {
    const two = 'train a() {\n  param w: f32[] = 1\n  minimize w using sgd(rate: 0.1)\n}\n';
    const here = place({
      ...line,
      'model.dnn': 'model m(x: f32[2]) {\n  x + 1\n}\n',
      'two.dnn': two + two.replace('train a', 'train b'),
      'short.npy': npy([3, 1], [1, 2, 3]),
    });
    const ran = await here.tessera('train', ...args);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toContain(message);
  });
});
