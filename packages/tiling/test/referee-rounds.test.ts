/** The referee must notice every way to break what is made in rounds. */
import { describe, expect, test } from 'vitest';
import { Copies } from '../src/copies.ts';
import { refereePlacement } from '../src/place/referee.ts';
import type { ComputePhase, ExchangePhase, TileProgram } from '../src/program.ts';
import { a, b, c, chip, compute, placed, program, swap, w } from './support/three-phases.ts';

describe('what is made in rounds', () => {
  /** What fills the place of the sums; here, a vertex. */
  const begin = compute([w, c], []);
  /** Each tile fetches a part of the other's w into b. */
  const gather = (round: number): ExchangePhase => ({
    ...swap,
    copies: new Copies(swap.copies.numbers.map((n, i) => (i % 10 === 2 ? w : n))),
    round,
  });
  const round = (index: number, part = index): ComputePhase => ({
    ...compute([b, c], []),
    round: { index, count: 2, adds: true, parts: [part] },
  });
  const reader = compute([c, a], []);
  const judge = (...phases: TileProgram['phases']) => {
    const tiles = { ...program(), phases, programs: [{ ...program().programs[0], phases: phases.length }] };
    return () => refereePlacement(tiles, placed(tiles), chip.sramBytes);
  };

  test('adds up part after part', () => {
    expect(judge(begin, gather(0), round(0), gather(1), round(1), reader)).not.toThrow();
  });

  test('takes the part that was brought for it', () => {
    expect(judge(begin, gather(0), round(0), round(1), reader)).toThrow(
      /b on tile 0 holds the part of round 0 where round 1 reads that of round 1/,
    );
    expect(judge(begin, gather(0), round(0), gather(1), round(1, 0), reader)).toThrow(/holds the part of round 1/);
  });

  test('has all rounds, in their order, before anybody reads it', () => {
    expect(judge(begin, gather(1), round(1), gather(0), round(0), reader)).toThrow(
      /c on tile 0 is made by round 1 of 2 where round 0 of 2 has to come/,
    );
    expect(judge(begin, gather(0), round(0), reader)).toThrow(/c on tile 0 is read before its last round/);
    expect(judge(begin, gather(0), round(0), gather(1), round(1), round(1), reader)).toThrow(/is made by round 1 of 2/);
  });

  test('finds its place filled', () => {
    expect(judge(gather(0), round(0), gather(1), round(1), reader)).toThrow(/c on tile 0 is not as round 0 expects it/);
  });
});
