/** Mistakes are shown once, at what the user wrote. */
import { render } from '@tessera-dnn/diagnostics';
import { describe, expect, it } from 'vitest';
import { complaintsOf, diagnosticsOf } from './texts.ts';

describe('a mistake found inside the prelude', () => {
  const text = 'block twice(x) {\n  dense(dense(x, 0), 2)\n}\nmodel m(x: f32[1, 4]) {\n  twice(x)\n}\n';

  it('is shown at the call of it, once, with the line of the prelude and the calls around as notes', () => {
    expect(complaintsOf(text)).toEqual(['bad-type 2:9']);
    const [found] = diagnosticsOf(text);
    const shown = (found.notes ?? []).map(({ message, span }) => `${message}: ${span?.source.name}`);
    expect(shown).toEqual(['found inside it, here: <prelude>/layers.dnn', 'in this call: test.dnn']);
    expect(render(found)).toContain(' 2 |   dense(dense(x, 0), 2)\n   |         ^^^^^^^^^^^\n');
  });

  it('names the other place by its call too', () => {
    const models = 'model f(x: f32[2, 4]) {\n  dense(x, 3) as fc\n}\nmodel g(x: f32[2, 4]) {\n  dense(x, 2) as fc\n}\n';
    const found = diagnosticsOf(models);
    expect(found.map(({ code }) => code)).toEqual(['variable-clash']);
    expect(render(found[0])).toMatch(/test\.dnn:5:3 [\s\S]*the other one is declared here +test\.dnn:2:3/);
  });

  it('is shown again for another call', () => {
    const both = 'model m(x: f32[1, 4]) {\n  return { a: dense(x, 0), b: dense(x, 0) }\n}\n';
    expect(complaintsOf(both)).toEqual(['bad-type 2:15', 'bad-type 2:31']);
  });
});

describe('a block that calls itself', () => {
  it('is one note, however deep', () => {
    const text = 'block f(x) {\n  f(x)\n}\nmodel m(x: f32[4]) {\n  f(x)\n}\n';
    const notes = diagnosticsOf(text)[0].notes ?? [];
    expect(notes.map(note => note.span?.start)).toEqual([15, 45]);
  });
});

describe('what follows from another mistake', () => {
  it('is not reported', () => {
    expect(complaintsOf('import "./gone.dnn"\nmodel m(x: f32[2]) {\n  f(x)\n}\n')).toEqual(['import-not-found 1:8']);
    expect(complaintsOf('model m(x: f32[2]) {\n  let y = x +\n}\n').map(text => text.split(' ')[0])).not.toContain(
      'no-value',
    );
    expect(complaintsOf('model m(x: f32[1, 4]) {\n  batch_norm(x[0, 0:1])\n}\n')).toEqual(['bad-index 2:3']);
  });

  it('is reported where it is near a name that is there', () => {
    const text = 'import "./gone.dnn"\nmodel m(x: f32[2]) {\n  rellu(x)\n}\n';
    expect(complaintsOf(text)).toEqual(['import-not-found 1:8', 'unknown-name 3:3']);
  });
});

describe('names of NumPy and PyTorch', () => {
  it.each([
    ['linear(x, 3)', 'did you mean dense?'],
    ['sum(x, dim: 1)', 'did you mean axis?'],
    ['dnse(x, 3)', 'did you mean dense?'],
  ])('%s: %s', (expression, help) => {
    expect(diagnosticsOf(`model m(x: f32[3, 4]) {\n  ${expression}\n}\n`).map(found => found.help)).toEqual([help]);
  });
});

describe('messages', () => {
  it.each([
    ['x.shape[2]', '2 is outside the shape [3, 4], which has 2 elements', undefined],
    ['[7][1]', '1 is outside a list of 1, which has one element', undefined],
    ['split(x, 2)[0]', 'split cannot cut axis 0 of f32[3, 4] into 2 equal parts', 'sections is how many equal'],
    ['split(x, [1, 1])[0]', 'split cannot cut axis 0 of f32[3, 4] into parts of [1, 1]', 'together 3'],
  ])('of %s', (expression, message, help) => {
    const [found] = diagnosticsOf(`model m(x: f32[3, 4]) {\n  ${expression}\n}\n`);
    expect(found.message).toBe(message);
    expect(found.help ?? '').toContain(help ?? '');
  });
});
