/** The commands that describe Tessera itself: explain, ops, chips. */
import { operations } from '@tessera-dnn/compiler';
import { presets } from '@tessera-dnn/machine';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../src/explain/catalogue.ts';
import { place } from './command.ts';

describe('explain', () => {
  it('says what a diagnostic means', async () => {
    const { code, out } = await place().tessera('explain', 'Weights-Missing');
    expect(code).toBe(0);
    expect(out).toMatch(/^weights-missing: a parameter that the weights do not have\n\nEvery param/);
  });

  it('suggests for codes that do not exist', async () => {
    const { code, out, err } = await place().tessera('explain', 'shape-mismach');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('did you mean shape-mismatch?');
  });

  it('lists every code once', async () => {
    const { out } = await place().tessera('explain', '--json');
    const codes = JSON.parse(out).map((entry: { code: string }) => entry.code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toEqual(catalogue.map(entry => entry.code));
  });
});

describe('ops', () => {
  it('lists the op table', async () => {
    const { code, out } = await place().tessera('ops');
    expect(code).toBe(0);
    for (const { name, doc } of operations)
      expect(out).toMatch(new RegExp(`^  ${name} .*${escaped(doc.summary)}$`, 'm'));
  });

  it('describes one, by name or operator', async () => {
    const { out } = await place().tessera('ops', 'conv');
    expect(out).toMatch(/^conv\(x, weight, stride = 1, padding = 0, dilation = 1, groups = 1\)\n/);
    expect(out).toContain('An example of conv:\n\n  model ');
    expect((await place().tessera('ops', '@')).out).toMatch(/^matmul\(/);
  });

  it('suggests for ops that do not exist', async () => {
    const { code, err } = await place().tessera('ops', 'matmull');
    expect(code).toBe(1);
    expect(err).toContain('did you mean matmul?');
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

describe('chips', () => {
  it('lists the presets, for people and whole for programs', async () => {
    const { out } = await place().tessera('chips');
    expect(out).toMatch(/^ {2}gc2 +1,216 +256 KiB +304 MiB +6 +1\.6 GHz/m);
    expect(JSON.parse((await place().tessera('chips', '--json')).out)).toEqual(presets);
  });
});
