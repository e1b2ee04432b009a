/** The curve of a training: bounded, in the terminal and as SVG. */
import { describe, expect, it } from 'vitest';
import { curveText } from '../src/show/curve.ts';
import { curveSvg } from '../src/show/curve-svg.ts';
import { Curve } from '../src/training/curve.ts';
import { npy, place } from './command.ts';
import { line, lineFlags } from './trains.ts';

const points = (...values: number[]) => values.map((value, i) => ({ step: i + 1, value }));

describe('a curve', () => {
  it('is bounded, and keeps the means', () => {
    const curve = new Curve();
    for (let step = 1; step <= 10_000; step++) curve.add(step, step % 2);
    expect(curve.points.length).toBeLessThan(2000);
    expect(curve.points.slice(0, 2)).toEqual([
      { step: 8, value: 0.5 },
      { step: 16, value: 0.5 },
    ]);
  });

  it('is drawn with characters', () => {
    const text = curveText({ name: 'loss', losses: points(3, 2, 1), validations: [{ step: 3, value: 2 }] }, 5, 3);
    expect(text).toBe('loss in steps 1 to 3, o: of the validation\n3 ┤·\n2 ┤  · o\n1 ┤    ·\n');
    expect(curveText({ name: 'loss', losses: points(3), validations: [] }, 5)).toBe('');
    expect(curveText({ name: 'loss', losses: points(1000, Number.NaN, 10, 1), validations: [] }, 4, 4)).toContain(
      '31.6',
    );
  });

  it('is a picture, whatever its name and numbers are', () => {
    const svg = curveSvg({ name: 'a<b', losses: points(1, Number.NaN, 3), validations: points(2, 1) }, 'fit & co');
    expect(svg).toContain('<title>fit &amp; co</title>');
    expect(svg).toContain('a&lt;b by the step');
    expect(svg).not.toContain('NaN');
    expect(svg.match(/<circle /g)).toHaveLength(2);
    expect(curveSvg({ name: 'loss', losses: [], validations: [] }, 'none')).toContain('fewer than two steps');
  });

  it('is shown on a terminal, and written where it is asked for', async () => {
    const here = place({ ...line, 'v.npy': npy([2, 1], [3, 6]) }, { terminal: true });
    const flags = [...lineFlags, '--validate', 'x=v.npy', '--validate', 'y=v.npy', '--epochs', '3'];
    const { code, out } = await here.tessera('train', ...flags, '--curve', 'c.svg');
    expect(code).toBe(0);
    expect(out).toContain('loss in steps 1 to 6, o: of the validation\n');
    expect(out).toContain('c.svg');
    expect(here.read('c.svg').toString()).toContain('<circle ');
    const lost = await here.tessera('train', ...flags, '--curve', 'none/c.svg');
    expect(lost.err).toContain('none/c.svg cannot be written');
    expect((await here.tessera('train', ...flags, '--curve', 'x.npy')).err).toContain('would replace x.npy');
  });
});
