/** Tile programs as text: whatever lowering makes is read back as it was, and whatever cannot be read is said at its place. */
import { positionOf } from '@tessera-dnn/diagnostics';
import type { Module } from '@tessera-dnn/graph';
import { parseModule } from '@tessera-dnn/graph';
import { randomModules, standInCalls, standInOps } from '@tessera-dnn/graph/testing';
import { tinyChip } from '@tessera-dnn/machine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lower, parseTileProgram, printTileProgram } from '../src/index.ts';

const modules = randomModules({ table: standInOps, calls: standInCalls });
const chips = fc.record({
  tiles: fc.constantFrom(1, 3, 16),
  workers: fc.constantFrom(1, 6),
  specialise: fc.boolean(),
});

function lowered(module: Module, chip: Partial<typeof tinyChip>) {
  const options = { table: standInOps, math: 'fast', weights: new Map(), memoryShare: 1 } as const;
  return lower(module, { ...options, chip: { ...tinyChip, ...chip } });
}

test('what is printed is read back', () => {
  fc.assert(
    fc.property(modules, chips, ({ module }, chip) => {
      const program = lowered(module, chip);
      const parsed = parseTileProgram({ name: 'random', text: printTileProgram(program) });
      expect(parsed).toEqual({ ok: true, value: program, diagnostics: [] });
    }),
    { numRuns: 40 },
  );
});

const small = printTileProgram(
  lowered(
    parseModule(`variable w: param f32[64] = 1
train step {
  %0 = input x: f32[64]
  %1 = variable w: f32[64]
  %2 = map(%1, %0): f32[64] { $2 = sub($0, $1): f32 }
  update w = %2
}`),
    { tiles: 2 },
  ),
);

function complaints(text: string): readonly string[] {
  const parsed = parseTileProgram({ name: 'changed', text });
  if (parsed.ok) return [];
  return parsed.diagnostics.map(({ message, span }) => {
    const { line } = positionOf(span!.source, span!.start);
    return `${message}: ${text.split('\n')[line - 1].trim()}`;
  });
}

test.each([
  [/^tiles 2/m, 'tiles two', 'expected how many tiles from 1 to 16777215 but here is two: tiles two, 65536 B apart'],
  [/^tiles.*\n/m, '', 'expected a line that begins with tiles but the text ends'],
  [/^buffer b3/m, 'bufer b3', 'expected a statement: tiles, host, '],
  [/slot b4/, 'slot b40', 'expected a buffer from b0 to b5 but here is b40: slot b40'],
  [/classes \[1\*2\]/, 'classes [1*3]', 'expected 2 numbers in a list, at most 2147483648, not 3, but the line ends'],
  [/classes \[1\*2\]/, 'classes [1, 99]', 'expected classes below 2, not 99, but the line ends'],
  [/on 1 \+ 0, 128 B/, 'on 2 + 0, 128 B', 'expected a tile from 0 to 1 but here is 2'],
  [/param "w"/, 'param w', 'expected a text in quotes but here is w'],
  [/"w"/, '"\\w"', 'expected a text in quotes as JSON has them'],
  [/(?<=code 0 .*\n) {2}v0:i32.*\n/, '', 'expected a register that has a value by now, not v0,'],
  [/^class 1/m, 'class 2', 'expected the number 1 from 1 to 1 but here is 2'],
  [/^prepare "prepare" phases 0 \+ 0/m, 'prepare "prepare" phases 0 + 9', 'expected how many phases from 0 to 2'],
])('%s for %j is refused', (from, to, message) => {
  expect(complaints(small)).toEqual([]);
  expect(small).toMatch(from);
  expect(complaints(small.replace(from, to))[0]).toContain(message);
});

test('any change of the text gives a program or diagnostics with places', () => {
  const bits = fc.constantFrom(
    '',
    ' ',
    '\n',
    '  ',
    '-',
    '1e9',
    '[',
    ']',
    '*',
    'b9',
    'v0',
    '"',
    '->',
    'nan',
    '\\',
    '#',
    '@7',
  );
  const at = fc.nat(small.length);
  fc.assert(
    fc.property(at, fc.nat(8), bits, (start, length, bit) => {
      const text = `${small.slice(0, start)}${bit}${small.slice(start + length)}`;
      const parsed = parseTileProgram({ name: 'changed', text });
      for (const { span } of parsed.diagnostics) expect(span?.end).toBeLessThanOrEqual(text.length);
      expect(parsed.ok).toBe(parsed.diagnostics.length === 0);
    }),
    { numRuns: 300 },
  );
});
