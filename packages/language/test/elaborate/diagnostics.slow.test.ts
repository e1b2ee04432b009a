/** There is one golden for each code that the elaborator reports: the source, a line of dashes, and all diagnostics about it. */
import { type Explanation, render } from '@tessera-dnn/diagnostics';
import { describe, expect, it } from 'vitest';
import { calls } from '../../src/explain/calls.ts';

import { limits } from '../../src/explain/limits.ts';
import { names } from '../../src/explain/names.ts';
import { programs } from '../../src/explain/programs.ts';
import { tensors } from '../../src/explain/tensors.ts';
import { training } from '../../src/explain/training.ts';
import { values } from '../../src/explain/values.ts';
import { variables } from '../../src/explain/variables.ts';
import { diagnosticsOf, type Extra } from './texts.ts';

interface Case extends Extra {
  readonly text: string;
}

const plain = 'const classes = 10\nmodel lenet[n = 1](x: f32[n, 4]) {\n  relu(x)\n}\n';

/** Codes whose case needs more than the text in the explanation. */
const special: Readonly<Record<string, Case>> = {
  'import-cycle': {
    text: 'import "./a.dnn"\n',
    files: { 'a.dnn': 'import "./b.dnn"\nconst a = 1\n', 'b.dnn': 'import "./a.dnn"\nconst b = 1\n' },
  },
  'import-unreadable': {
    text: 'import "./folder"\nblock f(x) { x }\n',
    load: () => ({ reason: 'it is a folder, not a file' }),
  },
  'unused-precision': {
    text: `import "./layers.dnn"\n${plain}`,
    files: { 'layers.dnn': 'precision bf16\nblock twice(x) { x + x }\n' },
  },
  'unknown-program': { text: plain, programs: ['lente'] },
  'unknown-setting': { text: plain, set: { clases: '100' } },
  'bad-setting': { text: plain, set: { 'lenet.n': 'many' } },
  'node-limit': {
    text: 'model m(x: f32[4]) {\n  var y = x\n  for i in range(150000) {\n    y = relu(y) + i\n  }\n  y\n}\n',
  },
};

const entries: readonly Explanation[] = [
  ...names,
  ...calls,
  ...values,
  // The catalogue of graph comes along; texts of kernels and tile programs are not read by the language.
  ...tensors.filter(({ code }) => code !== 'malformed-text'),
  ...variables,
  ...programs,
  ...training,
  ...limits,
];

describe('every diagnostic of the elaborator', () => {
  it.each(entries.map(entry => [entry.code, entry] as const))('%s', async (code, entry) => {
    const given: Case = special[code] ?? { text: entry.example ?? '' };
    const found = diagnosticsOf(given.text, given);
    expect(found.map(diagnostic => diagnostic.code)).toContain(code);
    const golden = `${given.text}----\n${found.map(diagnostic => render(diagnostic)).join('\n\n')}\n`;
    await expect(golden).toMatchFileSnapshot(`diagnostics/${code}.txt`);
  });
});
