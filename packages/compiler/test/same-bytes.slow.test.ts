/** The same source and options give the same artifact, wherever the source lies. */
import { withOperations } from '@tessera-dnn/ops';
import { expect, test } from 'vitest';
import { type CompileOptions, compile } from '../src/index.ts';
import { chipOf } from './support/run-module.ts';
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

/** A table with the same operations, of which nothing is known yet. */
const unknown = () => withOperations([]);

test('an artifact does not depend on what was compiled before', () => {
  const names = ['transformer', 'accumulated'];
  const settings = [
    { chip: chipOf(1), math: 'fast' },
    { chip: chipOf(16), math: 'strict' },
  ] as const;
  const bytesOf = (name: string, options: CompileOptions) =>
    unwrap(compile({ name: 'net.dnn', text: readTraining(name).text }, options)).bytes;
  for (const options of settings) {
    const table = unknown();
    const shared = [...names, ...names.toReversed()].map(name => bytesOf(name, { ...options, table }));
    const anew = names.map(name => bytesOf(name, { ...options, table: unknown() }));
    expect(shared).toEqual([...anew, ...anew.toReversed()]);
  }
});
