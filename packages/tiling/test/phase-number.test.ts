/** Phases are numbered as `step` takes them: within their program, behind those that prepare. */
import { expect, it } from 'vitest';
import { numberedPhase, phaseText, type TileProgram } from '../src/index.ts';

const names = ['fold', 'fold · gather', 'a', 'b', 'c'];
const programs = [
  { name: 'first', firstPhase: 2, phases: 1 },
  { name: 'second', firstPhase: 3, phases: 2 },
];
const tiles = {
  prepare: { name: 'prepare', firstPhase: 0, phases: 2 },
  programs,
  phases: names.map(name => ({ name })),
} as unknown as TileProgram;

it('a phase of a program comes behind those that prepare, which belong to all', () => {
  expect(names.map((_, phase) => numberedPhase(tiles, phase))).toEqual([
    { number: 0, name: 'fold' },
    { number: 1, name: 'fold · gather' },
    { program: 'first', number: 2, name: 'a' },
    { program: 'second', number: 2, name: 'b' },
    { program: 'second', number: 3, name: 'c' },
  ]);
  expect(phaseText(tiles, 4)).toBe('phase 3 of second, c');
  expect(phaseText(tiles, 1)).toBe('phase 1 of every program, fold · gather');
});
