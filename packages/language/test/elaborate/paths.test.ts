import { describe, expect, it } from 'vitest';
import { complaintsOf, moduleOf, pathsOf, variableOf } from './texts.ts';

const layer = 'block layer(x) {\n  param w: like(x) = ones\n  x * w\n}\n';
const two = `${layer}block two(x) {\n  x |> layer |> layer as last\n}\n`;
const model = (body: string) => `model m(x: f32[4]) {\n  ${body}\n}\n`;

describe('paths of parameters', () => {
  it('are the labels of the calls joined by dots', () => {
    expect(pathsOf(two + model('two(x) as "stage.{1 + 1}"'))).toEqual(['stage.2.layer_0.w', 'stage.2.last.w']);
  });

  it('number unlabelled calls per block and scope', () => {
    expect(pathsOf(layer + model('x |> layer |> layer as a |> layer'))).toEqual(['layer_0.w', 'a.w', 'layer_1.w']);
    expect(pathsOf(two + model('x |> two |> layer |> two'))).toEqual([
      'two_0.layer_0.w',
      'two_0.last.w',
      'layer_0.w',
      'two_1.layer_0.w',
      'two_1.last.w',
    ]);
  });

  it('count only calls that own parameters', () => {
    const maybe = `block maybe(x, owns) {\n  if owns { layer(x) as "" } else { x }\n}\n`;
    expect(pathsOf(layer + maybe + model('x |> maybe(false) |> maybe(true)'))).toEqual(['maybe_0.w']);
  });

  it('add nothing for an empty label, and share the scope around it', () => {
    expect(pathsOf(two + model('x |> two() as "" |> layer'))).toEqual(['layer_0.w', 'last.w', 'layer_1.w']);
  });

  it('number calls of a loop in order', () => {
    const loop = 'model m(x: f32[4]) {\n  var y = x\n  for i in range(3) {\n    y = layer(y)\n  }\n  y\n}\n';
    expect(pathsOf(layer + loop)).toEqual(['layer_0.w', 'layer_1.w', 'layer_2.w']);
  });

  it('are the labels of variables that have one', () => {
    const loop =
      'for i in range(2) {\n    param w as "weight_l{i}": like(x) = ones\n  }\n  state s as old: f32[] = 0\n  x';
    expect(pathsOf(model(loop))).toEqual(['weight_l0', 'weight_l1', 'old']);
    expect(complaintsOf(model('param w as "": like(x) = ones\n  w'))).toEqual(['bad-label 2:11']);
  });

  it('take arguments before the call around them', () => {
    expect(pathsOf(layer + model('layer(layer(x) as inner)'))).toEqual(['inner.w', 'layer_0.w']);
  });

  it('must differ within a model', () => {
    expect(complaintsOf(layer + model('x |> layer as a |> layer as a'))).toEqual(['duplicate-path 2:9']);
    expect(complaintsOf(layer + model('x |> layer() as "a b"'))).toEqual(['bad-label 6:16']);
  });

  it('stand in the origins of nodes, labels of operations too', () => {
    const { graph } = moduleOf(two + model('two(x) as a |> relu as act')).programs[0];
    expect(graph.nodes.filter(node => node.op === 'multiply').map(node => node.origin.path)).toEqual([
      'a.layer_0',
      'a.last',
    ]);
    expect(graph.nodes.find(node => node.op === 'relu')?.origin.path).toBe('act');
  });
});

describe('models that share variables', () => {
  const inner = `${layer}model inner[n = 1](x: f32[n, 4]) -> f32[n, 4] {\n  layer(x) as fc\n}\n`.replace(
    'like(x)',
    'f32[4]',
  );

  it('own one set, however often they are called', () => {
    const text = `${inner}model outer(a: f32[2, 4], b: f32[3, 4]) {\n  return { a: inner(a), b: inner(inner(b)) }\n}\n`;
    const { variables, programs } = moduleOf(text);
    expect(variables.map(variable => variable.path)).toEqual(['fc.w']);
    const { nodes, outputs } = programs[1].graph;
    expect(outputs.map(({ value }) => nodes[value].type.shape)).toEqual([
      [2, 4],
      [3, 4],
    ]);
  });

  it('share a path of the same type and refuse one of another', () => {
    const other = (type: string) =>
      `${inner}model other(x: ${type}) {\n  param w: ${type} = zeros\n  x * (x |> same() as fc)\n}\nblock same(x) {\n  param w: like(x) = zeros\n  w\n}\n`;
    expect(pathsOf(other('f32[4]'))).toEqual(['fc.w', 'w']);
    expect(complaintsOf(other('f32[5]'))).toEqual(['variable-clash 13:9']);
  });

  it('bind dimensions by the shapes of the caller', () => {
    const pair = 'model pair[n, m = 7](a: f32[n, m], b: f32[m]) {\n  a + b\n}\n';
    const call = (a: string, b: string) =>
      `${pair.replace('[n,', '[n = 1,')}model m(a: ${a}, b: ${b}) {\n  pair(a, b)\n}\n`;
    expect(complaintsOf(call('f32[2, 3]', 'f32[3]'))).toEqual([]);
    expect(complaintsOf(call('f32[2, 3]', 'f32[4]'))).toEqual(['shape-mismatch 5:11']);
    expect(complaintsOf(call('f32[2]', 'f32[7]'))).toEqual(['shape-mismatch 5:8']);
    expect(complaintsOf(call('i32[2, 3]', 'f32[3]'))).toEqual(['type-mismatch 5:8']);
    expect(complaintsOf(pair)).toEqual(['missing-dimension 1:12']);
    expect(complaintsOf(pair, { set: { 'pair.n': '3' } })).toEqual([]);
    expect(complaintsOf(pair, { set: { 'pair.n': '0' } })).toEqual(['bad-setting']);
  });

  it('warn of a label that cannot matter', () => {
    expect(complaintsOf(`${inner}model outer(x: f32[1, 4]) {\n  inner(x) as a\n}\n`)).toEqual(['unused-label 9:12']);
  });
});

describe('states', () => {
  const counter = 'block counter() {\n  state count: i32[] = 0\n  count := count + 1\n  count\n}\n';

  it('show a new value to later reads, and end as updates of the graph', () => {
    const { programs } = moduleOf(`${counter}model m(x: i32[]) {\n  x + counter()\n}\n`);
    const { nodes, outputs, updates } = programs[0].graph;
    expect(updates).toHaveLength(1);
    expect(nodes[updates[0].value].op).toBe('add');
    expect(nodes[outputs[0].value].operands).toContain(updates[0].value);
  });

  it('keep one value through several calls of a model', () => {
    const text = `${counter}model once(x: i32[]) {\n  x + counter()\n}\nmodel twice_(x: i32[]) {\n  once(once(x))\n}\n`;
    const { programs } = moduleOf(text);
    const { nodes, updates } = programs[1].graph;
    expect(updates).toHaveLength(1);
    // The second call adds 1 to what the first one left.
    const second = nodes[updates[0].value];
    const first = nodes[second.operands[0]];
    expect([second.op, first.op, nodes[first.operands[0]].op]).toEqual(['add', 'add', 'variable']);
  });

  it('need no update when they are given their own value back', () => {
    const { programs } = moduleOf(
      'model m(x: f32[4]) {\n  state s: like(x) = zeros\n  let old = s\n  s := x\n  s := old\n  x + s\n}\n',
    );
    expect(programs[0].graph.updates).toEqual([]);
  });

  it('take numbers, and refuse another type', () => {
    expect(complaintsOf('model m(x: f32[4]) {\n  state s: like(x) = zeros\n  s := 1\n  x + s\n}\n')).toEqual([]);
    expect(complaintsOf('model m(x: f32[4]) {\n  state s: f32[3] = zeros\n  s := x\n  x\n}\n')).toEqual([
      'shape-mismatch 3:8',
    ]);
    expect(complaintsOf('model m(x: f32[4]) {\n  state s: i32[4] = zeros\n  s := x\n  x\n}\n')).toEqual([
      'type-mismatch 3:8',
    ]);
  });

  it('change in training only where a block says so', () => {
    const text = 'block norm(x) {\n  state mean: like(x) = zeros\n  if training {\n    mean := x\n  }\n  x - mean\n}\n';
    const updates = (call: string) =>
      moduleOf(`${text}model m(x: f32[4]) {\n  ${call}\n}\n`).programs[0].graph.updates.length;
    expect(updates('norm(x)')).toBe(0);
    expect(updates('norm(x, training: true)')).toBe(1);
  });
});

describe('initialisers', () => {
  const weight = (initialiser: string, type = 'f32[8, 4, 3, 3]') =>
    variableOf(`model m(x: f32[1]) {\n  param w: ${type} = ${initialiser}\n  x\n}\n`, 'w').initialiser;

  // torch.nn.init: fan_in = 4·9 = 36, fan_out = 8·9 = 72.
  it.each([
    ['fan_in_uniform', 'uniform', 1 / 6],
    ['he_uniform', 'uniform', Math.sqrt(6 / 36)],
    ['glorot_uniform()', 'uniform', Math.sqrt(6 / 108)],
  ])('%s', (name, kind, high) => {
    const initialiser = weight(name);
    expect(initialiser).toEqual({ kind, low: expect.closeTo(-high, 12), high: expect.closeTo(high, 12) });
  });

  it.each([
    ['he_normal', Math.sqrt(2 / 36)],
    ['glorot_normal', Math.sqrt(2 / 108)],
    ['normal(0, 0.5)', 0.5],
  ])('%s', (name, deviation) => {
    expect(weight(name)).toEqual({ kind: 'normal', mean: 0, deviation: expect.closeTo(deviation, 12) });
  });

  it('may be numbers, lists or computed', () => {
    expect(weight('2')).toEqual({ kind: 'constant', value: 2 });
    expect(weight('ones')).toEqual({ kind: 'constant', value: 1 });
    expect(weight('constant(1 / 4.0)')).toEqual({ kind: 'constant', value: 0.25 });
    expect(weight('[1, 2, 3]', 'i32[3]')).toEqual({ kind: 'values', values: [1, 2, 3] });
    expect(weight('uniform(lo: -1, hi: 2)')).toEqual({ kind: 'uniform', low: -1, high: 2 });
  });

  it('must fit the variable', () => {
    const complaints = (text: string) => complaintsOf(`model m(x: f32[1]) {\n  state s: ${text}\n  x\n}\n`);
    expect(complaints('i32[] = 0.5')).toEqual(['bad-initialiser 2:20']);
    expect(complaints('i32[2] = he_normal')).toEqual(['bad-initialiser 2:21']);
    expect(complaints('f32[2] = [1, 2, 3]')).toEqual(['bad-initialiser 2:21']);
    expect(complaints('f32[2] = uniform(1)')).toEqual(['missing-argument 2:21']);
    expect(complaints('f32[0] = zeros')).toEqual(['bad-type 2:16']);
    expect(complaints('f32[x] = zeros')).toEqual(['bad-type 2:16']);
  });
});
