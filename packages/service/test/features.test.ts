/** What an editor asks of a text, over sources with marks. */

import { hostChip } from '@tessera-dnn/machine';
import {
  completionsAt,
  definitionAt,
  foldsOf,
  formattingOf,
  hintsOf,
  hoverAt,
  memoryOf,
  movedHints,
  referencesAt,
  renameAt,
  semanticTokensOf,
  signatureHelpAt,
  symbolsOf,
} from '@tessera-dnn/service';
import { describe, expect, it } from 'vitest';
import { applied } from '../src/edits.ts';
import { marked, shown } from './marked.ts';

const hover = (text: string, files?: Readonly<Record<string, string>>) => {
  const { document, offset } = marked(text, files);
  return hoverAt(document, offset)?.markdown;
};

describe('hover', () => {
  it('of a layer tells its signature, its result and its parameters', () => {
    const text = hover('model net[n = 2](x: f32[n, 8]) {\n  x |> den‸se(4) as fc |> relu\n}\n');
    expect(text).toContain('block dense(x, units, bias = true, weights = x.dtype)');
    expect(text).toContain('`f32[2, 4]`, 32 B');
    expect(text).toContain('| param `fc.weight` | `f32[4, 8]` | 128 B |');
    expect(text).toContain('| together | | 144 B |');
  });

  it('of a label tells the same', () => {
    expect(hover('model net(x: f32[2, 8]) {\n  x |> dense(4) as f‸c\n}\n')).toContain('`fc.bias`');
  });

  it('of a model that is called tells all its parameters', () => {
    const text = hover(
      'model net(x: f32[2, 8]) {\n  x |> dense(4) as fc\n}\n\nmodel both(x: f32[2, 8]) {\n  n‸et(x) + net(x)\n}\n',
    );
    expect(text).toContain('model net(x: f32[2, 8])');
    expect(text).toContain('`fc.weight`');
  });

  it('of an operation tells what it does', () => {
    expect(hover('model net(x: f32[2, 8]) {\n  re‸lu(x)\n}\n')).toContain('operation relu(x)');
  });

  it('of a name tells how it is declared and what it is', () => {
    const text = hover(
      'block half(x, by = 2) {\n  let y = x / b‸y\n  return y\n}\n\nmodel net(x: f32[2]) {\n  half(half(x), by: 4)\n}\n',
    );
    expect(text).toContain('by = 2');
    expect(text).toContain('`2`');
    expect(text).toContain('`4`');
  });

  it('of what was called differently tells each', () => {
    const text = hover(
      'block f(x) {\n  re‸lu(x)\n}\n\nmodel net(x: f32[2], y: f32[3]) {\n  return { a: f(x), b: f(y) }\n}\n',
    );
    expect(text).toMatch(/`f32\[2\]`, 8 B {2}\n`f32\[3\]`, 12 B/);
  });

  it('of an item tells the comment above it', () => {
    expect(hover('// Twice as much.\nblock twi‸ce(x) {\n  2 * x\n}\n')).toContain('Twice as much.');
  });

  it('of an argument tells the parameter', () => {
    expect(hover('model net(x: f32[2, 8]) {\n  x |> dense(4, bi‸as: false)\n}\n')).toContain('bias = true');
  });

  it('of blank space tells nothing', () => {
    expect(hover('const a = 1\n\n‸\n\nconst b = 2\n')).toBeUndefined();
  });
});

describe('definition and references', () => {
  const places = (text: string, files?: Readonly<Record<string, string>>) => {
    const { workspace, document, offset, places: wanted } = marked(text, files);
    const definition = definitionAt(workspace, document, offset);
    return {
      definition: definition && shown(definition),
      references: referencesAt(workspace, document, offset).map(shown).sort(),
      wanted: [...wanted].sort(),
    };
  };

  it('find a local name, in types and strings too', () => {
    const { references, wanted } = places(
      'model net[⟦n⟧ = 2](x: f32[⟦n⟧]) -> f32[⟦n⟧] {\n  x |> identity() as "a{⟦‸n⟧}"\n}\n\nblock identity(x) {\n  x\n}\n',
    );
    expect(references).toEqual(wanted);
  });

  it('find a parameter and the arguments for it', () => {
    const { definition, references, wanted } = places(
      'block f(x, ⟦by⟧ = 2) {\n  x * ⟦by⟧\n}\n\nmodel net(x: f32[2]) {\n  x |> f(⟦‸by⟧: 3) |> f\n}\n',
    );
    expect(references).toEqual(wanted);
    expect(definition).toBe(wanted[0]);
  });

  it('go into imports', () => {
    const { definition } = places('import "./lib.dnn"\n\nmodel net(x: f32[2]) {\n  twi‸ce(x)\n}\n', {
      'lib.dnn': 'block twice(x) {\n  2 * x\n}\n',
    });
    expect(definition).toBe('lib.dnn 6-11');
    expect(places('import "./l‸ib.dnn"\n', { 'lib.dnn': 'const a = 1\n' }).definition).toBe('lib.dnn 0-0');
  });

  it('go into the prelude', () => {
    expect(places('model net(x: f32[2, 8]) {\n  x |> den‸se(4)\n}\n').definition).toMatch(/^<prelude>\/layers\.dnn /);
    expect(places('model net(x: f32[2, 8]) {\n  x |> dense(un‸its: 4)\n}\n').definition).toMatch(
      /^<prelude>\/layers\.dnn /,
    );
  });

  it('find an optimiser, a const and an operation', () => {
    const text =
      'const ⟦rate⟧ = 0.1\n\ntrain fit(x: f32[2, 8]) {\n  let loss = mean(dense(x, 1))\n  minimize loss using sgd(rate: ⟦ra‸te⟧)\n}\n';
    const { references, wanted } = places(text);
    expect(references).toEqual(wanted);
    expect(places('model net(x: f32[2]) {\n  ⟦relu⟧(⟦‸relu⟧(x))\n}\n').references).toHaveLength(2);
  });
});

describe('rename', () => {
  const renamed = (text: string, name: string) => {
    const { workspace, document, offset } = marked(text);
    const renaming = renameAt(workspace, document, offset, name);
    return 'refused' in renaming ? renaming.refused : applied(document.source, renaming.edits);
  };

  it('changes every use, and keeps the names of outputs', () => {
    expect(renamed('model net(x: f32[2]) {\n  let lo‸ss = mean(x)\n  return { loss }\n}\n', 'cost')).toBe(
      'model net(x: f32[2]) {\n  let cost = mean(x)\n  return { loss: cost }\n}\n',
    );
    expect(renamed('block f(x, b‸y = 2) {\n  x * by\n}\n\nmodel net(x: f32[2]) {\n  f(x, by: 3)\n}\n', 'factor')).toBe(
      'block f(x, factor = 2) {\n  x * factor\n}\n\nmodel net(x: f32[2]) {\n  f(x, factor: 3)\n}\n',
    );
  });

  it('refuses what is taken, no name, a word, and what is built in', () => {
    const text = 'model net(x: f32[2]) {\n  let a‸ = mean(x)\n  let b = a\n  return b\n}\n';
    expect(renamed(text, 'b')).toMatch(/^b is taken/);
    expect(renamed(text, '2b')).toMatch(/is no name/);
    expect(renamed(text, 'for')).toMatch(/a word of the language/);
    expect(renamed('model net(x: f32[2]) {\n  re‸lu(x)\n}\n', 'b')).toMatch(/built in/);
  });

  it('refuses a name that would be taken for another', () => {
    expect(renamed('const a‸ = 1\n\nmodel net(x: f32[2]) {\n  let b = 2\n  return x + a + b\n}\n', 'b')).toMatch(
      /^b means something else/,
    );
  });
});

describe('completion', () => {
  const labels = (text: string) => {
    const { document, offset } = marked(text);
    return completionsAt(document, offset).items.map(({ label }) => label);
  };

  it('offers what can be called behind a pipe', () => {
    const found = labels('block mine(x) {\n  x\n}\n\nmodel net(x: f32[2, 8]) {\n  x |> d‸\n}\n');
    expect(found).toEqual(expect.arrayContaining(['mine', 'dense', 'relu', 'conv2d']));
    expect(found).not.toContain('adam');
  });

  it('offers the arguments that are left, and names', () => {
    const found = labels('model net(x: f32[2, 3, 8, 8]) {\n  let width = 4\n  x |> conv2d(16, kernel: 3, ‸)\n}\n');
    expect(found).toEqual(expect.arrayContaining(['stride:', 'padding:', 'width']));
    expect(found).not.toContain('kernel:');
    expect(found).not.toContain('channels:');
  });

  it('offers optimisers behind using, initialisers behind the type of a param', () => {
    const using = labels('train fit(x: f32[2, 8]) {\n  let loss = mean(dense(x, 1))\n  minimize loss using ‸\n}\n');
    expect(using).toEqual(expect.arrayContaining(['sgd', 'adam']));
    expect(using).not.toContain('dense');
    expect(labels('block f(x) {\n  param w: f32[2] = ‸\n  x\n}\n')).toContain('glorot_uniform');
  });

  it('offers paths where variables are chosen', () => {
    const found = labels(
      'train fit(x: f32[2, 8]) {\n  let loss = x |> dense(4) as fc |> dense(1) as head |> mean\n  minimize loss using sgd(rate: 0.1) for "‸"\n}\n',
    );
    expect(found).toEqual(expect.arrayContaining(['fc.*', 'head.*', 'fc.weight']));
    expect(
      labels('model net(x: f32[2, 8]) {\n  let y = dense(x, 8) as fc\n  return dense(y, 8, with: "‸")\n}\n'),
    ).toEqual(['fc']);
  });

  it('offers members, words of items, types and labels', () => {
    expect(labels('model net(x: f32[2, 8]) {\n  let y = x.‸\n  return y\n}\n')).toEqual(['shape', 'rank', 'dtype']);
    expect(labels('‸')).toEqual(expect.arrayContaining(['model', 'block']));
    expect(labels('model net(x: ‸)')).toContain('f32');
    expect(labels('model net(x: f32[2, 8]) {\n  x |> dense(4) as ‸\n}\n')).toContain('dense');
    expect(labels('// a comment ‸\n')).toEqual([]);
  });
});

describe('signature help', () => {
  const active = (text: string) => {
    const { document, offset } = marked(text);
    const help = signatureHelpAt(document, offset);
    return help?.active === undefined ? help?.label : help.label.slice(...help.parameters[help.active]);
  };

  it('marks the parameter at the cursor', () => {
    expect(active('model net(x: f32[2, 8]) {\n  x |> dense(‸)\n}\n')).toBe('units');
    expect(active('model net(x: f32[2, 8]) {\n  x |> dense(4, bias: ‸\n}\n')).toBe('bias = true');
    expect(active('model net(x: f32[2, 8]) {\n  dense(relu(x), ‸')).toBe('units');
    expect(active('model net(x: f32[2, 8]) {\n  reshape(x, [2, ‸')).toBe('shape');
    expect(active('model net(x: f32[2, 8]) {\n  ‸x\n}\n')).toBeUndefined();
  });
});

describe('a file as a whole', () => {
  const text =
    '// One.\n// Two.\nconst c = 4\n\nblock f(x) {\n  param w: f32[c] = ones\n  x * w\n}\n\nmodel net(x: f32[2, 4]) {\n  x\n    |> f() as a\n    |> dense(8) as b\n}\n';

  it('has symbols', () => {
    const { document } = marked(text);
    expect(
      symbolsOf(document).map(({ name, kind, children }) => [name, kind, children.map(child => child.name)]),
    ).toEqual([
      ['c', 'const', []],
      ['f', 'block', ['w']],
      ['net', 'model', ['a', 'b']],
    ]);
  });

  it('folds', () => {
    expect(foldsOf(marked(text).document)).toEqual([
      { first: 0, last: 1, kind: 'comment' },
      { first: 4, last: 6, kind: 'code' },
      { first: 9, last: 12, kind: 'code' },
    ]);
  });

  it('has tokens by meaning', () => {
    const { document } = marked(text);
    const tokens = semanticTokensOf(document).map(({ place, type, modifiers }) =>
      [document.source.text.slice(place.start, place.end), type, ...modifiers].join(' '),
    );
    expect(tokens).toEqual(
      expect.arrayContaining([
        'c variable declaration readonly',
        'w property declaration',
        'f function',
        'dense function defaultLibrary',
        'a label',
        'net class declaration',
        'x parameter',
      ]),
    );
  });

  it('has hints', () => {
    const { document } = marked(text);
    const [first, second] = hintsOf(document, 0, text.length);
    expect([first.text, second.text]).toEqual([' f32[2, 4]', ' f32[2, 8]']);
    expect(document.source.text.slice(0, second.offset)).toMatch(/as b$/);
  });

  it('has hints that move with what is typed before they are worked out again', () => {
    const { workspace, document } = marked(text);
    const hints = hintsOf(document, 0, text.length);
    const changed = text.replace('|> f() as a\n', '|> f() as a\n    |> rel\n');
    const moved = movedHints(hints, document.source, { name: 'net.dnn', text: changed });
    expect(moved.map(({ offset }) => changed.slice(0, offset).split('\n').at(-1)?.trim())).toEqual([
      '|> f() as a',
      '|> dense(8) as b',
    ]);
    expect(workspace.update('net.dnn', changed).isEvaluated()).toBe(false);
  });

  it('is formatted by one change', () => {
    const { document } = marked('const a  = 1\n');
    expect(formattingOf(document).map(({ place, text: inserted }) => [place.start, place.end, inserted])).toEqual([
      [8, 9, ''],
    ]);
    expect(formattingOf(marked('const a = \n').document)).toEqual([]);
  });

  it('has memory by line', () => {
    const { workspace, document } = marked(
      'model net(x: f32[64, 64]) {\n  x\n    |> dense(64) as a\n    |> dense(64) as b\n}\n',
    );
    const { lines, peak } = memoryOf(workspace, document, hostChip);
    expect(lines.find(({ line }) => line === 2)!.bytes).toBeGreaterThanOrEqual(64 * 65 * 4);
    expect(lines.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(peak!.bytes);
  });
});
