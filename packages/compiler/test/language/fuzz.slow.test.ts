/** Any text ends in diagnostics: mutations of the examples and of a program that uses every construct, elaborated with the real ops. */
import { readdirSync, readFileSync } from 'node:fs';
import { isError, render } from '@tessera-dnn/diagnostics';
import { verifyModule } from '@tessera-dnn/graph';
import { check, elaborate, parse, preludeSources } from '@tessera-dnn/language';
import { ops } from '@tessera-dnn/ops';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mutated } from './mutations.ts';

const examples = new URL('../../../../examples/', import.meta.url);
const small = ['lenet', 'mlp', 'resnet8', 'ds_cnn', 'lstm'];
/** Every optimiser and schedule of the prelude at work, in the very file that declares them: mutations reach both. */
const trained = `${preludeSources.find(({ name }) => name.endsWith('optimisers.dnn'))?.text}
model m(x: f32[4, 3]) {
  x |> dense(2) as a |> batch_norm() as b |> dropout(0.5) |> dense(2) as c
}
train fit(x: f32[4, 3], label: i32[4], rate: f32[]) {
  let loss = cross_entropy(m(x), label)
  minimize loss using sgd(rate, momentum: 0.9, nesterov: true, decay: 1e-4) for "a.*" clip rate
  minimize loss using adam(step_decay(rate, every: 3)) for ["b.weight", "c.b*"] accumulate 2
  let other = mse(m(x, training: false), x[:, 0:2], reduce: "sum")
  minimize other using rmsprop(momentum: 0.5) for "b.bias" clip 1 accumulate 3
  minimize other using adamw(rate: warmup_cosine(0.1, 3, 9)) for "c.weight"
  return { loss, other }
}
`;
const texts = [
  trained,
  readFileSync(new URL('everything.dnn', import.meta.url), 'utf8'),
  ...readdirSync(examples)
    .filter(name => small.some(wanted => name === `${wanted}.dnn`))
    .map(name => readFileSync(new URL(name, examples), 'utf8')),
  ...preludeSources.map(({ text }) => text),
];
const spice = [
  '0',
  '-1',
  '1e300',
  '2.5',
  'f16',
  'i32',
  'bool',
  'training',
  '[]',
  '[[1], [2]]',
  '"a{1}"',
  'x',
  'x.shape',
  'like(x)',
];
const options = { table: ops };

it('the programs that the mutations begin with have no mistakes', () => {
  for (const text of texts.slice(0, 2)) {
    const found = check({ name: 'everything.dnn', text }, options).filter(isError);
    expect(found.map(diagnostic => render(diagnostic))).toEqual([]);
  }
});

it('mutated programs give diagnostics or a module, never an exception', () => {
  fc.assert(
    fc.property(mutated(texts, spice), text => {
      const source = { name: 'fuzz.dnn', text };
      const found = check(source, options);
      for (const diagnostic of found) expect(render(diagnostic)).toContain(diagnostic.code);
      const { file, diagnostics } = parse(source);
      const outcome = elaborate(file, options);
      expect(outcome.ok && diagnostics.every(d => !isError(d))).toBe(!found.some(isError));
      if (outcome.ok) verifyModule(outcome.value, ops);
    }),
    { numRuns: 250, seed: 7 },
  );
});
