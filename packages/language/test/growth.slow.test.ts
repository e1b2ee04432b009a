/**
 * Runs texts that are long in one way through every stage. No stage may take time that grows with the square of the length: each text is
 * long enough that this would take half a minute or more, and the limit is ten times what a slow machine needs.
 */
import process from 'node:process';
import { type Diagnostic, render } from '@tessera-dnn/diagnostics';
import { describe, expect, it } from 'vitest';
import { check, formatSource } from '../src/index.ts';
import { standIns as table } from './elaborate/stand-ins.ts';

/** `count` texts, joined by line breaks. */
function repeat(count: number, text: (i: number) => string, separator = '\n'): string {
  return Array.from({ length: count }, (_, i) => text(i)).join(separator);
}

function body(lines: string): string {
  return `model m(x: f32[4]) {\n${lines}\n  return x\n}\n`;
}

/** A smaller number for texts in which each part is compared with all others. */
const n = 5_000;
const lines = 2_000;
const families: Readonly<Record<string, string>> = {
  'unknown names': body(repeat(n, i => `  let v${i} = unknown_${i}`)),
  'unknown functions': body(repeat(n, i => `  let v${i} = unknown_${i}(x)`)),
  'unknown arguments': `block f(${repeat(n, i => `a${i} = 1`, ', ')}) { 1 }\n${body(`  f(${repeat(n, i => `b${i}: 1`, ', ')})`)}`,
  'named arguments': `block f(${repeat(n, i => `a${i} = 1`, ', ')}) { 1 }\n${body(`  f(${repeat(n, i => `a${i}: 1`, ', ')})`)}`,
  'names twice': body(repeat(lines, () => '  let v = 1')),
  blocks: `${repeat(lines, i => `block b${i}(x) { x }`)}lines${body('')}`,
  'constants of constants': `${repeat(lines, i => `const c${i} = c${i + 1}`)}\nconst c${lines} = 1lines${body('')}`,
  comments: body(repeat(n, i => `  // before ${i}\n  let v${i} = 1 // behind`)),
  'stray brackets': body(`  (${'}'.repeat(n)}`),
  'open brackets': body(repeat(lines, i => `  let v${i} = f(1`)),
  'mistakes on one line': body(`  ${'$ '.repeat(n)}`),
  interpolations: body(`  let s = "${'{1}'.repeat(n)}"`),
  'strings in strings': body(`  let s = ${'"{'.repeat(30)}"${'a'.repeat(20 * n)}"${'}"'.repeat(30)}`),
  'open strings': body(repeat(lines, i => `  let s${i} = "{`)),
  'a long list': body(`  let l = [${repeat(5 * n, () => '1', ', ')}]`),
  'a long name': body(`  let v = ${'a'.repeat(100 * n)}`),
  'a long sum': body(`  let v = ${repeat(4990, () => '1', ' + ')}`),
  'a long pipe': body(`  let v = x${'\n    |> relu // c'.repeat(2000)}`),
  'long branches': body(`  if false { 1 }${' else if false { 1 }'.repeat(3000)}`),
  assignments: body(`  var v = 1lines${repeat(lines, () => '  v = v + 1')}`),
  'a loop': body(`  var y = x\n  for i in range(${6 * n}) { y = y + 1 }`),
  'a loop over nothing known': body(`  var y = x\n  for i in range(${6 * n}) { for j in unknown { y = 1 } }`),
  'a list that grows': body(`  var l = [0]\n  for i in range(${n}) { l = l + [i] }`),
};

const limitMilliseconds = 20_000;

describe('a text of many', () => {
  it.each(Object.entries(families))('%s', (_, text) => {
    const start = process.cpuUsage();
    const found: readonly Diagnostic[] = check({ name: 'long.dnn', text }, { table });
    for (const diagnostic of found.slice(0, 200)) expect(render(diagnostic).length).toBeLessThan(20_000);
    formatSource(text);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(limitMilliseconds);
  });

  it('imports in a row', () => {
    const load = (path: string) => ({
      name: path,
      text: path === '1999' ? 'block f(x) { x }\n' : `import "${Number(path) + 1}"\n`,
    });
    expect(check({ name: '0', text: `import "1"\n${body('')}` }, { table, load })).toEqual([]);
  });

  it('imports without end', () => {
    const load = (path: string) => ({ name: path, text: `import "${Number(path) + 1}"\n` });
    const found = check({ name: '0', text: `import "1"\n${body('')}` }, { table, load });
    expect(found.map(({ code }) => code)).toEqual(['size-limit']);
  });
});

describe('a text that is too large', () => {
  it.each([
    ['in characters', `// ${'a'.repeat(4 * 2 ** 20)}\n${body('')}`],
    ['in a string', body(`  let s = "${'a'.repeat(20 * 2 ** 20)}"`)],
    ['in words', body(`  let l = [${'1,'.repeat(250_001)}]`)],
  ])('%s', (_, text) => {
    expect(check({ name: 'large.dnn', text }, { table }).map(({ code }) => code)).toEqual(['source-too-large']);
  });
});
