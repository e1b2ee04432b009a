/**
 * Every exported function and class says what it is for: shapes and units of what it takes and gives, what comes of bad input, where its
 * algorithm or its numbers are from. The test can only see whether there is a comment; that it says something is for whoever writes it.
 */
import { expect, it } from 'vitest';
import { readPackages, type SourceFile } from '../workspace/packages.ts';

/** A function, a class, or a constant that is a function, exported at the top of a file. */
const exported =
  /^export (?:(?:async )?function\*? |(?:abstract )?class )([\w$]+)|^export const ([\w$]+)\b.*?= .*(?:=>|\bfunction\b)/;

it.each(readPackages())(
  '$name says what each of its exported functions and classes is for',
  ({ directory, sources }) => {
    const bare = sources.filter(({ path }) => path.startsWith('src/')).flatMap(withoutDocstring);
    expect(bare.map(place => `packages/${directory}/${place}: write a docstring above it`)).toEqual([]);
  },
);

it('sees functions, classes and constants, with and without a comment', () => {
  const text = [
    '/** Twice. */',
    'export function twice(x: number): number {',
    'export async function later() {',
    'export class Chip {',
    'export const half = (x: number) => x / 2;',
    '/** Where. */',
    'export const add: Binary = (a, b) => a + b;',
    'export const rule: Rule = {',
    'export function overloaded(x: string): string;',
    'export function overloaded(x: number): number;',
  ].join('\n');
  expect(withoutDocstring({ path: 'a.ts', text })).toEqual([
    'a.ts:3 later',
    'a.ts:4 Chip',
    'a.ts:5 half',
    'a.ts:9 overloaded',
  ]);
});

/** `PATH:LINE NAME` of what stands without a comment directly above it; of overloads, the first needs one. */
function withoutDocstring({ path, text }: Pick<SourceFile, 'path' | 'text'>): readonly string[] {
  const lines = text.split('\n');
  const names = lines.map(line => exported.exec(line)).map(match => match?.[1] ?? match?.[2]);
  return names.flatMap((name, at) => {
    const isFirst = name !== undefined && names.indexOf(name) === at;
    return isFirst && !lines[at - 1]?.trimEnd().endsWith('*/') ? [`${path}:${at + 1} ${name}`] : [];
  });
}
