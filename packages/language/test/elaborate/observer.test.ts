/** Whoever watches an elaboration is told what names stand for and what expressions come to, each at its place. */
import type { Source, Span } from '@tessera-dnn/diagnostics';
import { elaborate, type Observer, parse, resolve, show } from '@tessera-dnn/language';
import { expect, it } from 'vitest';
import { standIns as table } from './stand-ins.ts';

const source: Source = {
  name: 'net.dnn',
  text: 'const two = 2\n\nblock double(x, factor = two) {\n  let y = x * factor\n  return y\n}\n\nmodel net(x: f32[3]) {\n  x |> double |> double(factor: 3)\n}\n',
};

const textOf = ({ source: { text }, start, end }: Span) => text.slice(start, end);

function watched(observe: (observer: (line: string) => void) => Observer): readonly string[] {
  const lines: string[] = [];
  elaborate(parse(source).file, { table, observer: observe(line => lines.push(line)) });
  return lines;
}

it('tells of every name where it is declared', () => {
  const lines = watched(tell => ({
    name: (place, meaning) => {
      if (meaning.kind === 'local')
        tell(`${textOf(place)} ${place.start} ${meaning.local} ${meaning.declaration.start}`);
      else if (meaning.callee.kind === 'item') tell(`${textOf(place)} ${place.start} item`);
    },
  }));
  expect(lines).toContain(`factor ${source.text.indexOf('* factor') + 2} parameter ${source.text.indexOf('factor')}`);
  expect(lines).toContain(`two ${source.text.indexOf('= two') + 2} item`);
  expect(lines.filter(line => line.startsWith('double'))).toHaveLength(2);
});

it('tells of values, once for each call', () => {
  const lines = watched(tell => ({ value: (place, value) => tell(`${textOf(place)}: ${show(value)}`) }));
  expect(lines.filter(line => line === 'y: f32[3]')).toHaveLength(4);
  expect(lines).toContain('double(factor: 3): f32[3]');
  expect(lines.filter(line => line.startsWith('factor: '))).toEqual([
    'factor: 2',
    'factor: 2',
    'factor: 3',
    'factor: 3',
  ]);
});

it('evaluates nothing where only names are asked for', () => {
  const told: string[] = [];
  const observer: Observer = {
    name: place => told.push(textOf(place)),
    value: place => told.push(`value ${textOf(place)}`),
  };
  expect(resolve(parse(source).file, { table, observer }).diagnostics).toEqual([]);
  expect(told.filter(line => line.startsWith('value'))).toEqual([]);
  expect(told).not.toEqual([]);
});
