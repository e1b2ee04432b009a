/** Where mistakes are shown: at what the user wrote, once. */
import { render } from '@tessera/diagnostics';
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
