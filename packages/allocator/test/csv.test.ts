/** Problems and placements survive the way through a file; bad files end in diagnostics at the line. */
import { positionOf } from '@tessera/diagnostics';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatCsv, parseCsv } from '../src/index.ts';
import { problems } from './problems.ts';

const parse = (text: string) => parseCsv({ name: 'problem.csv', text });
const messages = (text: string) =>
  parse(text).diagnostics.map(({ message, span }) =>
    span ? `${positionOf(span.source, span.start).line}: ${message}` : message,
  );

it('reads back what it writes', () => {
  fc.assert(
    fc.property(problems({ fixed: true }), buffers => {
      const named = buffers.map(buffer => ({ ...buffer, id: `b${buffer.id}` }));
      const offsets = Float64Array.from(named, (_, i) => i * 4);
      expect(parse(formatCsv(named, offsets))).toEqual({
        ok: true,
        value: { buffers: named, offsets },
        diagnostics: [],
      });
    }),
  );
});

it('reads columns in any order, blank lines, and Windows line ends', () => {
  const parsed = parse('size,id,upper,lower,colour\r\n\r\n8,x,3,1,red\r\n');
  expect(parsed).toMatchObject({ ok: true, value: { buffers: [{ id: 'x', lower: 1, upper: 3, size: 8 }] } });
});

it.each([
  ['', ['an empty file; it needs the header id,lower,upper,size']],
  ['id,lower,upper\n', ['1: no column size']],
  ['id,lower,upper,size,size\n', ['1: two columns size']],
  [
    'id,lower,upper,size\na,0,1,4\nb,0,x,4\nc,0\n',
    ['3: buffer b lives in [0, NaN), but times must be integers', '4: 2 cells under 4 names'],
  ],
  [
    'id,lower,upper,size\na,2,1,4\nb,1,2,-4',
    ['2: buffer a lives in [2, 1), which is empty', '3: buffer b has size -4, but sizes must be integers ≥ 0'],
  ],
])('%j', (text, expected) => {
  expect(messages(text)).toEqual(expected);
});

it('never throws, whatever the text', () => {
  const cells = fc.constantFrom('id', 'lower', 'upper', 'size', 'offset', ',', '\n', '0', '7', '-1', 'e9', '"', ' ');
  fc.assert(
    fc.property(fc.array(cells), parts => {
      expect(typeof parse(parts.join('')).ok).toBe('boolean');
    }),
  );
});
