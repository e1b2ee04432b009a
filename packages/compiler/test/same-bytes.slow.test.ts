/** The same source and options give the same artifact, wherever the source lies. */
import { expect, test } from 'vitest';
import { compile } from '../src/index.ts';
import { unwrap } from './support/torch.ts';
import { readTraining } from './support/training.ts';

test('an artifact tells nothing of the folder it was compiled in', () => {
  const { text } = readTraining('segmenter');
  const [one, ...others] = ['net.dnn', 'here/net.dnn', '/nets/net.dnn', 'C:\\nets\\net.dnn'].map(name =>
    unwrap(compile({ name, text })),
  );
  expect(one.manifest.source).toBe('net.dnn');
  for (const other of others) expect(other.bytes).toEqual(one.bytes);
});
