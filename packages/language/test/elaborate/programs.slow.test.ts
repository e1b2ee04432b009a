import { describe, expect, it } from 'vitest';
import { initProgram } from '../../src/elaborate/init.ts';
import { placeOf } from '../../src/elaborate/random.ts';
import { standIns } from './stand-ins.ts';
import { complaintsOf, diagnosticsOf, extentOf, moduleOf, outputOf, pathsOf } from './texts.ts';

const plain = 'model m(x: f32[4]) {\n  relu(x)\n}\n';

describe('programs', () => {
  it('name their outputs', () => {
    const names = (body: string) =>
      moduleOf(`model m(x: f32[4]) {\n  ${body}\n}\n`).programs[0].graph.outputs.map(({ name }) => name);
    expect(names('relu(x)')).toEqual(['output']);
    expect(names('return { x, half: x * 0.5 }')).toEqual(['x', 'half']);
    expect(complaintsOf('model m(x: f32[4]) {\n  return { x, x: relu(x) }\n}\n')).toEqual(['duplicate-name 2:15']);
  });

  it('check the declared result', () => {
    expect(complaintsOf('model m(x: f32[4]) -> f32[5] {\n  x\n}\n')).toEqual(['result-mismatch 1:23']);
    expect(complaintsOf('model m(x: f32[4]) -> { a: f32[4] } {\n  return { b: x }\n}\n')).toEqual([
      'result-mismatch 1:23',
    ]);
    expect(complaintsOf('model m(x: f32[4]) -> { a: f32[4], b: f32[] } {\n  return { b: 1, a: x }\n}\n')).toEqual([]);
    expect(complaintsOf('model m(x: f32[4]) {\n  let y = x\n}\n')).toEqual(['no-value 1:7']);
    expect(complaintsOf('model m(x: f32[4]) {\n  "text"\n}\n')).toEqual(['result-mismatch 1:7']);
  });

  it('refuse the names that the artifact needs', () => {
    for (const name of ['memory', 'init', 'load', 'prepare', 'read', 'write', 'step']) {
      expect(complaintsOf(plain.replace('m(', `${name}(`))).toEqual(['program-name 1:7']);
    }
  });

  it('may be chosen', () => {
    const text = `${plain}${plain.replace('m(', 'other(')}`;
    expect(moduleOf(text, { programs: ['other'] }).programs.map(program => program.name)).toEqual(['other']);
    expect(complaintsOf(text, { programs: ['ohter'] })).toEqual(['unknown-program']);
  });

  it('of a file of blocks alone are none', () => {
    expect(complaintsOf('block f(x) {\n  relu(x)\n}\n')).toEqual([]);
    expect(moduleOf('block f(x) {\n  relu(x)\n}\n').programs).toEqual([]);
  });
});

describe('names', () => {
  it('are checked in blocks that nobody calls', () => {
    const text =
      'block f(x) {\n  let y = rleu(x)\n  y = xx\n  z := 1\n  for i in range(n) { }\n  y |> f(k: w) as "l{q}"\n}\n';
    expect(complaintsOf(text)).toEqual([
      'unknown-name 2:11',
      'not-assignable 3:3',
      'unknown-name 3:7',
      'unknown-name 4:3',
      'unknown-name 5:18',
      'unknown-name 6:13',
      'unknown-name 6:22',
    ]);
    expect(diagnosticsOf(text)[0].help).toBe('did you mean relu?');
  });

  it('of inner bodies shadow outer ones, and end with the body', () => {
    const text =
      'block f(x, n) {\n  let x = relu(x)\n  for n in range(2) {\n    let x = n\n  }\n  if n > 1 { let z = 1 }\n  x * n\n}\nmodel m(x: f32[4]) {\n  f(x, 2)\n}\n';
    expect(complaintsOf(text)).toEqual([]);
    expect(complaintsOf('block f(x) {\n  if true { let z = 1 }\n  z\n}\n')).toEqual(['unknown-name 3:3']);
    expect(complaintsOf('block f(x) {\n  let z = 1\n  let z = 2\n  z\n}\n')).toEqual(['duplicate-name 3:7']);
  });

  it('of a file hide the prelude and the built-in operations', () => {
    const text =
      'block relu(x) {\n  x + 1\n}\nblock gelu(x) {\n  x * 2\n}\nmodel m(x: f32[4]) {\n  x |> relu |> gelu\n}\n';
    expect(moduleOf(text).programs[0].graph.nodes.map(node => node.op)).toEqual([
      'input',
      'constant',
      'add',
      'constant',
      'multiply',
    ]);
  });

  it('of values and functions are kept apart', () => {
    expect(complaintsOf('block f(x) {\n  let relu = relu(x)\n  relu(relu)\n}\n')).toEqual([]);
    expect(complaintsOf('block f(x) {\n  x + relu\n}\n')).toEqual(['not-a-value 2:7']);
    expect(complaintsOf('const a = 1\nblock f(x) {\n  a(x)\n}\n')).toEqual(['not-a-function 3:3']);
    expect(complaintsOf('block f(x) {\n  x(1)\n}\nmodel m(x: f32[2]) {\n  f(x)\n}\n')).toEqual(['not-a-function 2:3']);
    expect(complaintsOf('block f(x) {\n  sgd(x, x, 1)\n}\n')).toEqual(['not-a-function 2:3']);
  });
});

describe('imports', () => {
  const blocks = 'import "./more.dnn"\nconst width = 3\nblock wide(x) {\n  zeros([width + extra])\n}\n';
  const files = { 'blocks.dnn': blocks, 'more.dnn': 'const extra = 2\n' };

  it('bring the items of a file, which see their own file', () => {
    expect(outputOf('import "./blocks.dnn"\nconst extra = 50\nmodel m(x: f32[1]) {\n  wide(x)\n}\n', { files })).toBe(
      'f32[5]',
    );
    expect(extentOf('width', 'import "./blocks.dnn"', { files })).toBe(3);
  });

  it('do not bring what that file imports', () => {
    expect(complaintsOf('import "./blocks.dnn"\nconst a = extra\n', { files })).toEqual(['unknown-name 2:11']);
  });

  it('are errors when they clash, go in a circle or find nothing', () => {
    expect(complaintsOf('import "./blocks.dnn"\nconst width = 1\n', { files })).toEqual(['duplicate-name 1:8']);
    expect(complaintsOf('import "./no.dnn"\n', { files })).toEqual(['import-not-found 1:8']);
    const circle = { 'a.dnn': 'import "./b.dnn"\nconst a = 1\n', 'b.dnn': 'import "./a.dnn"\nconst b = 1\n' };
    expect(complaintsOf('import "./a.dnn"\n', { files: circle })).toEqual(['import-cycle 1:8']);
    const twice = { ...files, 'c.dnn': 'import "./more.dnn"\nconst c = extra\n' };
    expect(complaintsOf('import "./blocks.dnn"\nimport "./c.dnn"\nimport "./c.dnn"\n', { files: twice })).toEqual([]);
  });

  it('report what is wrong in the imported file', () => {
    const broken = { 'a.dnn': 'block f(x) {\n  y\n}\nconst a = = 1\n' };
    const codes = complaintsOf('import "./a.dnn"\n', { files: broken });
    expect(codes).toContain('unknown-name 2:3');
    expect(codes).toHaveLength(2);
  });
});

describe('mistakes', () => {
  it('inside a block point at its line and at the calls that led there, once', () => {
    const text =
      'block f(x) {\n  x + ones([3])\n}\nblock g(x) {\n  f(x)\n}\nmodel m(x: f32[4]) {\n  var y = x\n  for i in range(3) {\n    y = g(y)\n  }\n  g(y)\n}\n';
    expect(complaintsOf(text)).toEqual(['shape-mismatch 2:3']);
    const notes = diagnosticsOf(text)[0].notes ?? [];
    expect(notes.map(({ span }) => text.slice(span?.start, span?.end))).toEqual(['x', 'f(x)', 'g(y)']);
  });

  it('silence what follows from them, and nothing else', () => {
    const text =
      'model m(x: f32[4]) {\n  let a = x + ones([3])\n  let b = relu(a) + a.shape[0]\n  let c = x + ones([5])\n  if b > 0 {\n    return c\n  }\n  return a + c\n}\n';
    expect(complaintsOf(text)).toEqual(['shape-mismatch 2:11', 'shape-mismatch 4:11']);
  });

  it('of conditions poison only what the branches assign', () => {
    const text =
      'model m(x: f32[4]) {\n  var a = x\n  var b = x\n  if x > 0 {\n    a = ones([3])\n  }\n  let c = a + ones([2])\n  b + ones([2])\n}\n';
    expect(complaintsOf(text)).toEqual(['bad-condition 4:6', 'shape-mismatch 8:3']);
  });
});

describe('limits', () => {
  const turns = 'model m(x: f32[4]) {\n  for i in range(1500) {\n    for j in range(1500) { }\n  }\n  x\n}\n';

  it('stop endless loops, calls and lists', () => {
    expect(complaintsOf(turns)).toEqual(['loop-limit 3:5']);
    expect(complaintsOf('model m(x: f32[4]) {\n  for i in range(10000000) { }\n  x\n}\n')).toEqual(['loop-limit 2:12']);
    expect(complaintsOf('block f(x, n) {\n  f(x, n + 1)\n}\nmodel m(x: f32[4]) {\n  f(x, 0)\n}\n')).toEqual([
      'recursion-limit 2:3',
    ]);
    expect(
      complaintsOf(
        'block f(x, n) {\n  if n == 0 { x } else { f(f(x, n - 1), n - 1) }\n}\nmodel m(x: f32[4]) {\n  f(x, 60)\n}\n',
      ),
    ).toEqual(['loop-limit 2:28']);
    expect(
      complaintsOf('model m(x: f32[4]) {\n  var l = [1]\n  for i in range(99) {\n    l = [l, l]\n  }\n  x\n}\n'),
    ).toEqual(['size-limit 4:9']);
    expect(
      complaintsOf('model m(x: f32[4]) {\n  var l = "ab"\n  for i in range(99) {\n    l = "{l}{l}"\n  }\n  x\n}\n'),
    ).toEqual(['size-limit 4:9']);
    expect(complaintsOf('model m(x: f32[100000000, 100000000, 100000000]) {\n  x\n}\n')).toEqual(['size-limit 1:12']);
  });

  it('allow recursion up to 256 calls', () => {
    const text = (depth: number) =>
      `block f(x, n) {\n  if n == 0 {\n    return x\n  } else {\n    return 1 * (f(relu(x), n - 1) + 1)\n  }\n}\nmodel m(x: f32[4]) {\n  f(x, ${depth})\n}\n`;
    expect(complaintsOf(text(255))).toEqual([]);
    expect(complaintsOf(text(256))).toEqual(['recursion-limit 5:17']);
  });

  it('allow deep expressions in deep recursion', () => {
    const nested = `${'-('.repeat(200)}f(x, n - 1)${')'.repeat(200)}`;
    const text = `block f(x, n) {\n  if n == 0 { return x }\n  return ${nested}\n}\nmodel m(x: f32[4]) {\n  f(x, 250)\n}\n`;
    expect(moduleOf(text).programs[0].graph.nodes.length).toBe(1 + 250 * 200);
  });
});

describe('random numbers', () => {
  it('take seed and step from states, and a place of their own', () => {
    const { programs, variables } = moduleOf(
      'model m(x: f32[4]) {\n  return { a: random_uniform([4]), b: random_uniform([4]) }\n}\n',
    );
    expect(variables.map(variable => variable.path)).toEqual(['$seed', '$step']);
    const draws = programs[0].graph.nodes.filter(node => node.op === 'random_uniform');
    expect(new Set(draws.map(({ kind, attributes }) => (kind === 'op' ? attributes['place'] : kind))).size).toBe(2);
    expect(programs[0].graph.updates.map(update => variables[update.variable].path)).toEqual(['$step']);
  });

  it('hash places by FNV-1a', () => {
    // The reference vectors of the algorithm, as signed numbers.
    expect([placeOf(''), placeOf('a'), placeOf('foobar')]).toEqual([0x811c9dc5 | 0, 0xe40c292c | 0, 0xbf9cf968 | 0]);
  });

  it('initialise every variable', () => {
    const module = moduleOf(
      'model m(x: f32[4]) {\n  param w: like(x) = uniform(-1, 3)\n  param b: like(x) = normal(1, 2)\n  state n: i32[] = 7\n  x * w + b + random_normal([4])\n}\n',
    );
    expect(pathsOf('model m(x: f32[4]) {\n  x + random_normal([4])\n}\n')).toEqual(['$seed', '$step']);
    const { graph, kind } = initProgram(module, standIns);
    expect([kind, graph.inputs.map(input => input.name)]).toEqual(['init', ['seed']]);
    expect(graph.updates.map(update => module.variables[update.variable].path)).toEqual([
      'w',
      'b',
      'n',
      '$seed',
      '$step',
    ]);
    const made = graph.updates.map(update => graph.nodes[update.value].op);
    expect(made).toEqual(['add', 'add', 'constant', 'input', 'constant']);
  });
});
