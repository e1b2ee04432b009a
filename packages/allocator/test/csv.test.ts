/** Problems and placements are the same after being written and read; bad files end in diagnostics at the line. */
import { positionOf } from '@tessera-dnn/diagnostics';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkProblem, formatCsv, formatPlacement, parseCsv } from '../src/index.ts';
import { problemsOfAllKinds } from './problems.ts';

const parse = (text: string) => parseCsv({ name: 'problem.csv', text });
const messages = (text: string) =>
  parse(text).diagnostics.map(({ message, span }) =>
    span ? `${positionOf(span.source, span.start).line}: ${message}` : message,
  );

it('reads back what it writes', () => {
  fc.assert(
    fc.property(problemsOfAllKinds({ fixed: true }), ({ buffers, pairs = [] }) => {
      const named = buffers.map(({ gaps = [], ...buffer }) => ({
        ...buffer,
        id: `b${buffer.id}`,
        ...(gaps.length > 0 ? { gaps } : {}),
      }));
      // In a file a buffer can have one anchor only.
      const tied = pairs.filter(({ second }, at) => pairs.findIndex(pair => pair.second === second) === at);
      const ordered = tied.toSorted((a, b) => a.second - b.second);
      const offsets = Float64Array.from(named, (_, i) => i * 4);
      expect(parse(formatCsv({ buffers: named, pairs: ordered }, offsets))).toEqual({
        ok: true,
        value: { buffers: named, ...(ordered.length > 0 ? { pairs: ordered } : {}), offsets },
        diagnostics: [],
      });
    }),
  );
});

it('writes placements with five columns, whatever the buffers have', () => {
  const parsed = parse('alignment,size,id,fixed,lower,upper\n4,8,x,16,1,3\n,2,y,,0,2\n');
  if (!parsed.ok) throw new Error(messages('')[0]);
  expect(formatPlacement(parsed.value.buffers, [16, 0])).toBe('id,lower,upper,size,offset\nx,1,3,8,16\ny,0,2,2,0\n');
});

it('reads the names and gaps of minimalloc, an end as the last time of a life', () => {
  const gaps = [
    { lower: 2, upper: 4 },
    { lower: 5, upper: 6, window: { lower: 0, upper: 8 } },
  ];
  const expected = { ok: true, value: { buffers: [{ id: 'x', lower: 1, upper: 9, size: 16, gaps }] } };
  expect(parse('\uFEFFbuffer_id,start,upper,size,gaps\nx,1,9,16,2-4 5-6@0:8\n')).toMatchObject(expected);
  expect(parse('buffer,begin,end,size,gaps\nx,1,8,16,2-3 5-5@0:8\n')).toMatchObject(expected);
});

it('reads columns in any order, blank lines, and Windows line ends', () => {
  const parsed = parse('size,id,upper,lower,colour\r\n\r\n8,x,3,1,red\r\n');
  expect(parsed).toMatchObject({ ok: true, value: { buffers: [{ id: 'x', lower: 1, upper: 3, size: 8 }] } });
});

it.each([
  ['', ['an empty file; it needs the header id,lower,upper,size']],
  ['id,lower,upper\n', ['1: no column size']],
  ['id,lower,upper,size,size\n', ['1: two columns size']],
  ['id,lower,upper,end,size\n', ['1: two columns upper']],
  [
    'id,lower,upper,size\na,0,1,4\nb,0,x,4\nc,0\nd,0,1,\ne,0,0x4,1e2',
    [
      '3: buffer b has the upper “x”, which is no integer',
      '4: 2 cells under 4 names',
      '5: buffer d has the size “”, which is no integer',
      '6: buffer e has the upper “0x4”, which is no integer',
    ],
  ],
  [
    'id,lower,upper,size\na,2,1,4\nb,1,2,-4\nc,1,2,9007199254740993',
    [
      '2: buffer a lives in [2, 1), which is empty',
      '3: buffer b has size -4, but sizes must be integers ≥ 0',
      '4: buffer c has size 9007199254740992, but sizes are below 2^53',
    ],
  ],
  [
    'id,lower,upper,size,gaps\na,0,9,4,1-\nb,0,9,4,1-3 2-4\nc,0,9,4,1-3@2:5\nd,0,9,4,8-10',
    [
      '2: buffer a has the gap “1-”; write it as 4-6 or 4-6@0:64',
      '3: buffer b has a gap in [2, 4), which meets another',
      '4: buffer c keeps [2, 5) in a gap, but has [0, 4)',
      '5: buffer d has a gap in [8, 10), but lives in [0, 9)',
    ],
  ],
  [
    'id,lower,upper,size,anchor,distance\na,0,1,4,,\nb,0,1,4,x,2\nc,0,1,4,c,2',
    ['3: buffer b has the anchor x, and there is no such buffer', '4: buffer c is its own anchor'],
  ],
  [
    'id,lower,upper,size,anchor,distance\na,0,1,4,,\nb,0,1,4,a,',
    ['3: buffer b needs an anchor and a distance, or neither'],
  ],
])('%j', (text, expected) => {
  expect(messages(text)).toEqual(expected);
});

it('never throws, whatever the text', () => {
  const words = ['id', 'lower', 'upper', 'size', 'offset', 'gaps', 'anchor', 'distance', 'fixed', 'end'];
  const cells = fc.constantFrom(...words, ',', '\n', '0', '7', '-1', '1-2', '1-2@0:4', 'e9', '"', ' ');
  const header = fc.constantFrom('', 'id,lower,upper,size,gaps,anchor,distance\n', 'id,start,end,size\na,0,1,4\n');
  fc.assert(
    fc.property(header, fc.array(cells), (start, parts) => {
      const parsed = parse(start + parts.join(''));
      // Whatever is read without a diagnostic must be well formed.
      if (parsed.ok) expect(checkProblem(parsed.value)).toEqual([]);
      else expect(parsed.diagnostics.length).toBeGreaterThan(0);
    }),
  );
});
