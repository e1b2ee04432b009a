import { readCsv } from '@tessera-dnn/formats/csv';
import { describe, expect, it } from 'vitest';

const read = (text: string, choice = {}) => readCsv(new TextEncoder().encode(text), 'a.csv', choice);
const numbers = (text: string, choice = {}) => {
  const table = read(text, choice);
  return table.ok ? [...table.value.numbers] : table.diagnostics[0].message;
};
const iris = 'width,length,kind\n1.5,2,"a ""b"""\n-.5,1e2,c\r\n';

describe('csv', () => {
  it.each<[columns: string | undefined, expected: readonly number[] | string]>([
    ['width,length', [1.5, 2, -0.5, 100]],
    ['1', [2, 100]],
    ['..-2', [1.5, 2, -0.5, 100]],
    ['length..length', [2, 100]],
    [undefined, [1.5, 2, Number.NaN, -0.5, 100, Number.NaN]],
    ['height', 'a.csv has no column height'],
    ['3', 'a.csv has no column 3'],
    ['length..width', 'a.csv has width before length'],
  ])('columns %s', (columns, expected) => expect(numbers(iris, { columns })).toEqual(expected));

  it('tells texts, and where the first one is', () => {
    expect(read(iris, { preferred: 'kind' })).toMatchObject({
      value: { rows: 2, texts: ['a "b"', 'c'], firstText: { row: 2, column: 'kind', text: 'a "b"' } },
    });
  });

  it('takes a first row with a number for a sample, and other separators', () => {
    expect(numbers('1,a\n2,b\n', { columns: '0' })).toEqual([1, 2]);
    expect(numbers('x;y\n1;2\n3;4')).toEqual([1, 2, 3, 4]);
    expect(numbers('1\n2\n')).toEqual([1, 2]);
  });

  it('warns of a first row that may be a sample, unless a column is called by it', () => {
    const warned = (text: string, choice = {}) => read(text, choice).diagnostics;
    const kinds = 'cat\ndog\n';
    const message = 'a.csv: the first row, cat, is taken for the names of the columns, and is no sample';
    expect(warned(kinds)).toEqual([{ code: 'bad-table', severity: 'warning', message, help: expect.any(String) }]);
    expect(warned('1,x\ncat,dog\n', { columns: '1' })).toEqual([]);
    expect(warned('a,b\n1,dog\n', { columns: '1' })).toHaveLength(1);
    expect([warned(kinds, { columns: 'cat' }), warned(kinds, { preferred: 'cat' }), warned('x\n1\n')].flat()).toEqual(
      [],
    );
  });

  it.each<[text: string, message: string]>([
    ['', 'a.csv has no rows'],
    ['x,y\n1,2\n3\n', 'a.csv: row 3 has 1 cells, and the first one 2'],
    ['x,y\n1,"2\n', 'a.csv: row 2'],
  ])('refuses %j', (text, message) => expect(numbers(text)).toContain(message));

  it('refuses what is no UTF-8', () => {
    expect(readCsv(Uint8Array.of(0xff, 0xfe, 0), 'a.csv').diagnostics[0].message).toContain('is no text in UTF-8');
  });

  it('takes no word and no other base for a number', () => {
    const table = read('x\nInfinity\n0x10\n\n 7 \n');
    expect(table.ok && [...table.value.numbers]).toEqual([Number.NaN, Number.NaN, 7]);
  });
});
