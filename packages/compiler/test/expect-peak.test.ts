/** `expect peak <= …` holds a program to what it says: exactly at its peak, on its own line, on the fullest tile. */
import { hostChip, tinyChip } from '@tessera-dnn/machine';
import { describe, expect, it } from 'vitest';
import { plan } from '../src/index.ts';

/** `h` and its copy for the pool live together: 2 · 8,192 B. */
const text = (limits: string): string => `model halved(image: f32[1, 8, 16, 16]) -> f32[1, 8, 8, 8] {
${limits}  max_pool(relu(image), 2)
}
model other(x: f32[100000]) { sum(exp(x)) }
`;

function found(limits: string, chip = hostChip) {
  const outcome = plan({ name: 'peak.dnn', text: text(limits) }, { chip });
  return outcome.diagnostics.map(({ code, message, span }) => ({ code, message, line: span && lineOf(span.start) }));
}

function lineOf(offset: number): number {
  return text('').slice(0, offset).split('\n').length;
}

describe('a peak', () => {
  it('may be reached, and not be passed by one byte', () => {
    expect(found('  expect peak <= 16KiB\n')).toEqual([]);
    expect(found('  expect peak <= 16383\n')).toEqual([
      {
        code: 'peak-exceeded',
        message: 'the intermediates of halved take 16,384 B on host, 1 B more than this',
        line: 2,
      },
    ]);
  });

  it('is checked for every expectation, and on the chip that is meant', () => {
    const both = '  expect peak <= 8KiB\n  if true { expect peak <= 4KiB }\n';
    expect(found(both).map(({ code }) => code)).toEqual(['peak-exceeded', 'peak-exceeded']);
    expect(found(both, { ...tinyChip, tiles: 16 })).toEqual([]);
  });

  it('is that of the program alone, whoever calls it', () => {
    const caller = `${text('  expect peak <= 8KiB\n')}model caller(image: f32[1, 8, 16, 16]) { halved(image) }\n`;
    const outcome = plan({ name: 'peak.dnn', text: caller }, { programs: ['caller'] });
    expect(outcome.diagnostics).toEqual([]);
  });

  it('is a number of bytes', () => {
    expect(found('  expect peak <= "much"\n')).toMatchObject([
      { code: 'bad-argument', message: 'a peak is expected below a number of bytes, not the text "much"' },
    ]);
  });
});
