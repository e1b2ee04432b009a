/** Each rule of the architecture reports that it is broken, and this repository breaks none. */
import { describe, expect, it } from 'vitest';
import { importsOf } from '../workspace/imports.ts';
import type { PackageFacts } from '../workspace/packages.ts';
import { complaints } from './rules.ts';
import { readWorkspace } from './workspace.ts';

const index = { path: 'src/index.ts', text: "export * from './a.ts';", imports: ['./a.ts'] };

const file = (path: string, ...imports: string[]) => ({ path, text: '', imports });

function facts(name: string, layer: number | undefined, more: Partial<PackageFacts> = {}): PackageFacts {
  return {
    name: `@tessera-dnn/${name}`,
    directory: name,
    layer,
    dependencies: [],
    devDependencies: [],
    exports: ['.'],
    references: [],
    sources: [index, file('src/a.ts')],
    scripts: [],
    ...more,
  };
}

const check = (...packages: PackageFacts[]) =>
  complaints({ packages, rootDependencies: ['vitest'], tools: [], allowedCircles: [] });
const graph = facts('graph', 1, { exports: ['.', './testing'] });
const onGraph = { dependencies: ['@tessera-dnn/graph'], references: ['graph'] };

it('this repository obeys every rule', () => {
  expect(complaints(readWorkspace())).toEqual([]);
});

describe('complains about', () => {
  it('a package without a layer', () => {
    expect(check(facts('odd', undefined))).toEqual(['@tessera-dnn/odd has no field tessera.layer in package.json']);
  });

  it('a dependency on the same or a higher layer, in development too', () => {
    const up = { devDependencies: ['@tessera-dnn/top', '@tessera-dnn/graph', '@tessera-dnn/none'] };
    expect(check(facts('mid', 1, up), facts('top', 2), graph)).toEqual([
      '@tessera-dnn/mid (layer 1) depends on @tessera-dnn/top (layer 2), which is not below it',
      '@tessera-dnn/mid (layer 1) depends on @tessera-dnn/graph (layer 1), which is not below it',
      '@tessera-dnn/mid depends on @tessera-dnn/none, which is no package of this repository',
    ]);
  });

  it('references that differ from the dependencies', () => {
    expect(
      check(
        graph,
        facts('passes', 2, { dependencies: ['@tessera-dnn/graph'], references: ['machine'] }),
        facts('machine', 1),
      ),
    ).toEqual([
      '@tessera-dnn/passes: tsconfig.json does not reference @tessera-dnn/graph',
      '@tessera-dnn/passes: tsconfig.json references @tessera-dnn/machine, which package.json does not name',
    ]);
  });

  it('imports that are not declared, in sources and in tests', () => {
    const sources = [
      index,
      file('src/a.ts', '@tessera-dnn/graph', 'vitest'),
      file('test/a.test.ts', 'vitest', 'left-pad'),
    ];
    expect(check(graph, facts('passes', 2, { sources }))).toEqual([
      'packages/passes/src/a.ts imports @tessera-dnn/graph, which its package.json does not declare',
      'packages/passes/src/a.ts imports vitest, which its package.json does not declare',
      'packages/passes/test/a.test.ts imports left-pad, which its package.json does not declare',
    ]);
  });

  it('ops outside compiler, and binaryen outside wasm', () => {
    const sources = [index, file('src/a.ts', '@tessera-dnn/ops', 'binaryen')];
    const dependencies = ['@tessera-dnn/ops', 'binaryen'];
    const ops = facts('ops', 2);
    const both = { dependencies, references: ['ops'], sources };
    expect(check(ops, facts('cli', 5, both))).toEqual([
      'packages/cli/src/a.ts imports @tessera-dnn/ops, which only @tessera-dnn/compiler may',
      'packages/cli/src/a.ts imports binaryen, which only @tessera-dnn/wasm may',
    ]);
    expect(check(ops, facts('compiler', 4, both))).toEqual([
      'packages/compiler/src/a.ts imports binaryen, which only @tessera-dnn/wasm may',
    ]);
  });

  it('ways into another package around its exports', () => {
    const sources = [
      index,
      file('src/a.ts', '@tessera-dnn/graph/testing', '@tessera-dnn/graph/src/box.ts', '../../graph/src/box.ts'),
    ];
    expect(check(graph, facts('passes', 2, { ...onGraph, sources }))).toEqual([
      'packages/passes/src/a.ts imports @tessera-dnn/graph/src/box.ts, but @tessera-dnn/graph does not export ./src/box.ts',
      'packages/passes/src/a.ts imports ../../graph/src/box.ts, a file outside its package',
    ]);
  });

  it('Node in what must run in a browser', () => {
    const sources = [
      index,
      file('src/a.ts', 'node:fs'),
      file('src/node/index.ts', 'node:fs'),
      file('test/a.test.ts', 'node:fs'),
    ];
    expect(check(facts('chip', 2, { sources }), facts('cli', 5, { sources }))).toEqual([
      'packages/chip/src/a.ts imports node:fs, but must run in a browser too',
    ]);
  });

  it('circles of imports among files, in packages and in tools', () => {
    const sources = [index, file('src/a.ts', './b.ts'), file('src/b.ts', './a.ts')];
    const tools = [file('tools/a.ts', './b.ts'), file('tools/b.ts', './a.ts')];
    const packages = [facts('chip', 2, { sources })];
    expect(complaints({ packages, rootDependencies: [], tools, allowedCircles: [] })).toEqual([
      'a circle of imports: packages/chip/src/a.ts imports packages/chip/src/b.ts imports packages/chip/src/a.ts',
      'a circle of imports: tools/a.ts imports tools/b.ts imports tools/a.ts',
    ]);
  });

  it('a file that no source imports or starts by its name', () => {
    const text = "new Worker(new URL('./thread.js', import.meta.url))";
    const tests = file('test/forgotten.test.ts', '../src/forgotten.ts');
    const reached = [
      index,
      { ...file('src/a.ts'), text },
      file('src/thread.ts'),
      file('src/page.ts'),
      file('src/sub/index.ts'),
    ];
    const sources = [...reached, { ...file('src/forgotten.ts'), text: "name: 'forgotten'" }, tests];
    expect(check(facts('chip', 2, { sources, scripts: ["entry('page.ts')"] }))).toEqual([
      'packages/chip/src/forgotten.ts is imported by no source: it is missing from a table or list, or not needed',
    ]);
  });

  it('an index that does more than re-export', () => {
    const text =
      "/** doc */\nexport { a, type B } from './a.ts';\nexport type * from './b.ts';\nexport {};\nexport const c = 1;\n";
    expect(check(facts('chip', 2, { sources: [{ ...index, text }] }), facts('wasm', 3, { sources: [] }))).toEqual([
      'packages/chip/src/index.ts does more than re-export: export const c = 1;',
      'packages/wasm has no src/index.ts',
    ]);
  });
});

it('finds imports of every form, and none in comments', () => {
  const text = `
import type { A } from 'one';
import {
  b,
} from 'two';
import 'three';
export * from './four.ts';
const five = await import('five');
// import { x } from 'no';
/**
 * import { x } from 'no';
import { x } from 'no';
 */
const from = 'no';
export const six = from;
`;
  expect(importsOf(text)).toEqual(['one', 'two', 'three', './four.ts', 'five']);
});
