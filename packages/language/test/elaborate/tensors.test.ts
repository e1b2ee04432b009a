import { describe, expect, it } from 'vitest';
import { complaintsOf, diagnosticsOf, outputOf, programOf } from './texts.ts';

const model = (body: string, inputs = 'x: f32[4, 6]') => `model m(${inputs}) {\n  ${body}\n}\n`;

describe('numbers beside tensors', () => {
  it('take the element type of the tensor', () => {
    expect(outputOf(model('x + 1'))).toBe('f32[4, 6]');
    expect(outputOf(model('2 * x', 'x: i32[4]'))).toBe('i32[4]');
    expect(outputOf(model('maximum(x, -0.5)'))).toBe('f32[4, 6]');
    expect(outputOf(model('maximum(0, x)', 'x: f16[3]'))).toBe('f16[3]');
    expect(outputOf(model('x and true', 'x: bool[3]'))).toBe('bool[3]');
  });

  it('take another type where only that fits', () => {
    expect(outputOf(model('gather(x, [0, 2, 1])'))).toBe('f32[3, 6]');
    expect(outputOf(model('gather(x, 2)'))).toBe('f32[6]');
  });

  it('must fit it', () => {
    expect(complaintsOf(model('x + 0.5', 'x: i32[4]'))).toEqual(['number-range 2:7']);
    expect(complaintsOf(model('x + 300', 'x: u8[4]'))).toEqual(['number-range 2:7']);
    expect(complaintsOf(model('x + true'))).toEqual(['number-range 2:7']);
  });

  it('may be lists', () => {
    expect(outputOf(model('x + [[1], [2], [3], [4]]'))).toBe('f32[4, 6]');
    expect(complaintsOf(model('x + [[1], [2, 3]]'))).toEqual(['bad-argument 2:7']);
    expect(complaintsOf(model('x + [1, 2]'))).toEqual(['shape-mismatch 2:3']);
  });

  it('are numbers among themselves', () => {
    expect(complaintsOf(model('x[maximum(1, 2)]'))).toEqual([]);
  });
});

describe('indexing', () => {
  // NumPy's shapes.
  it.each([
    ['x[0]', 'f32[6]'],
    ['x[-1, 2]', 'f32[]'],
    ['x[:, 0:3]', 'f32[4, 3]'],
    ['x[.., -1]', 'f32[4]'],
    ['x[1:, ::2]', 'f32[3, 3]'],
    ['x[1:3]', 'f32[2, 6]'],
    ['x[.., -4:-1]', 'f32[4, 3]'],
    ['x[::-1, 4::-2]', 'f32[4, 3]'],
    ['x[2:3, ..]', 'f32[1, 6]'],
  ])('%s has type %s', (expression, type) => {
    expect(outputOf(model(expression))).toBe(type);
  });

  it('refuses what lies outside and what is empty', () => {
    expect(complaintsOf(model('x[4]'))).toEqual(['bad-index 2:5']);
    expect(complaintsOf(model('x[-5]'))).toEqual(['bad-index 2:5']);
    expect(complaintsOf(model('x[0:5]'))).toEqual(['bad-index 2:7']);
    expect(complaintsOf(model('x[2:2]'))).toEqual(['bad-index 2:5']);
    expect(complaintsOf(model('x[0, 0, 0]'))).toEqual(['bad-index 2:3']);
    expect(complaintsOf(model('x[::0]'))).toEqual(['bad-index 2:5']);
    expect(complaintsOf(model('x[x]'))).toEqual(['bad-index 2:5']);
  });

  it('makes a slice and drops axes by a reshape', () => {
    const { graph } = programOf(model('x[1, 5:2:-1]'));
    const ops = graph.nodes.map(({ op, attributes }) => [op, attributes]);
    expect(ops).toContainEqual(['slice', { start: [1, 5], count: [1, 3], step: [1, -1] }]);
    expect(ops).toContainEqual(['reshape', { shape: [3] }]);
  });
});

describe('functions on tensors', () => {
  it('makes constants', () => {
    expect(outputOf(model('zeros(x.shape)'))).toBe('f32[4, 6]');
    expect(outputOf(model('ones(3, i32)'))).toBe('i32[3]');
    expect(outputOf(model('constant([1, 2, 3, 4], [2, 2])'))).toBe('f32[2, 2]');
    expect(outputOf(model('constant([[1], [2]], dtype: i32)'))).toBe('i32[2, 1]');
    expect(complaintsOf(model('constant([1, 2, 3], [2, 2])'))).toEqual(['bad-argument 2:12']);
    expect(complaintsOf(model('zeros([0])'))).toEqual(['bad-argument 2:9']);
  });

  it('splits into equal parts or parts of given extents', () => {
    expect(outputOf(model('split(x, 3, axis: 1)[2]'))).toBe('f32[4, 2]');
    expect(outputOf(model('split(x, [1, 3])[1]'))).toBe('f32[3, 6]');
    expect(outputOf(model('concat(split(x, 2), axis: 1)'))).toBe('f32[2, 12]');
    expect(complaintsOf(model('split(x, 4, axis: 1)[0]'))).toEqual(['bad-argument 2:12']);
    expect(complaintsOf(model('split(x, 2, axis: 2)[0]'))).toEqual(['bad-axis 2:21']);
  });

  it('expands composite ops at once and keeps the origin', () => {
    const { graph } = programOf(model('twice(x)'));
    expect(graph.nodes.map(node => node.op)).toEqual(['input', 'add']);
    const { span } = graph.nodes[1].origin;
    expect(span?.source.text.slice(span.start, span.end)).toBe('twice(x)');
  });

  it('knows shape, rank and dtype', () => {
    expect(outputOf(model('zeros([x.shape[1], x.rank], x.dtype)', 'x: i32[4, 6]'))).toBe('i32[6, 2]');
    expect(complaintsOf(model('x.shpae'))).toEqual(['unknown-member 2:5']);
  });
});

describe('mistakes in calls of ops', () => {
  it('labels the operands, notes the declaration and mends one dimension', () => {
    const text = 'model m(x: f32[8, 16]) {\n  param w: f32[15, 4] = zeros\n  let h = relu(x @ w)\n  h\n}\n';
    const [diagnostic, ...others] = diagnosticsOf(text);
    expect(others).toEqual([]);
    expect(diagnostic.message).toBe('matmul cannot multiply f32[8, 16] by f32[15, 4]');
    const at = (span: { start: number; end: number } | undefined) => text.slice(span?.start, span?.end);
    expect(at(diagnostic.span)).toBe('x @ w');
    expect(diagnostic.labels?.map(label => [at(label.span), label.message])).toEqual([
      ['x', 'has 16 columns'],
      ['w', 'has 15 rows'],
    ]);
    expect(diagnostic.notes?.map(note => [at(note.span), note.message])).toEqual([
      ['param w: f32[15, 4] = zeros', 'w is declared here'],
    ]);
    expect(diagnostic.help).toBe('did you mean w: f32[16, 4]?');
  });

  it('marks a wrong setting itself', () => {
    expect(complaintsOf(model('sum(x, axis: 2)'))).toEqual(['bad-axis 2:16']);
    expect(complaintsOf(model('reshape(x, [5])'))).toEqual(['bad-attribute 2:14']);
    expect(complaintsOf(model('cast(x, 3)'))).toEqual(['bad-argument 2:11']);
    expect(complaintsOf(model('concat([x, "a"], 0)'))).toEqual(['bad-argument 2:14']);
  });

  it('checks the arguments', () => {
    expect(complaintsOf(model('maximum(x)'))).toEqual(['missing-argument 2:3']);
    expect(complaintsOf(model('relu(x, 1)'))).toEqual(['too-many-arguments 2:11']);
    expect(complaintsOf(model('sum(x, axes: 1)'))).toEqual(['unknown-argument 2:10']);
    expect(complaintsOf(model('sum(x, 1, axis: 1)'))).toEqual(['repeated-argument 2:13']);
    expect(diagnosticsOf(model('sum(x, axes: 1)'))[0].help).toBe('did you mean axis?');
  });
});
