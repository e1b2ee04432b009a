/** Trains as programs: what is built of `minimize`, what it selects, and what is refused. */
import type { Node, Program } from '@tessera-dnn/graph';
import { describe, expect, it } from 'vitest';
import { matches } from '../../src/elaborate/patterns.ts';
import { complaintsOf, diagnosticsOf, moduleOf, pathsOf } from './texts.ts';

const layers = `block layer(x) {
  param weight: f32[4] = ones
  param bias: f32[4] = zeros
  state seen: i32[] = 0
  if training { seen := seen + 1 }
  x * weight + bias
}
model m(x: f32[4]) {
  x |> layer as "a.b" |> layer as c
}
`;

/** A text with one train whose body is given; `loss` is a loss of all params of `m`. */
function withTrain(body: string, items = '', inputs = 'x: f32[4]'): string {
  return `${layers}${items}train fit(${inputs}) {\n  let loss = sum(m(x))\n${body}}\n`;
}

function fitOf(text: string): Program {
  const found = moduleOf(text).programs.find(({ kind }) => kind === 'train');
  if (found === undefined) throw new Error('no train');
  return found;
}

function gradientsOf({ graph }: Program): readonly Node[] {
  return graph.nodes.filter(({ op }) => op === 'gradient');
}

/** The paths of the params that a train differentiates by, in order. */
function trainedBy(body: string, items = ''): (string | undefined)[] {
  return gradientsOf(fitOf(withTrain(body, items))).map(({ origin }) => origin.path);
}

/** The paths of the variables that a train updates. */
function updatedBy(text: string): string[] {
  const { variables, programs } = moduleOf(text);
  return programs.flatMap(({ kind, graph }) =>
    kind === 'train' ? graph.updates.map(({ variable }) => variables[variable].path) : [],
  );
}

describe('a train', () => {
  it('is a program that shares its models’ variables', () => {
    const text = withTrain('  minimize loss using sgd(rate: 0.1)\n  return { loss }\n');
    const { programs, variables } = moduleOf(text);
    expect(programs.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['model m', 'train fit']);
    expect(variables.map(({ path }) => path)).toEqual([
      'a.b.weight',
      'a.b.bias',
      'a.b.seen',
      'c.weight',
      'c.bias',
      'c.seen',
    ]);
    expect(programs[1].graph.outputs.map(({ name }) => name)).toEqual(['loss']);
  });

  it('asks for the gradient of the loss by each param, in the param’s type', () => {
    const { graph } = fitOf(withTrain('  minimize loss using sgd(rate: 0.1)\n  return { loss }\n'));
    const loss = graph.outputs[0].value;
    const gradients = graph.nodes.filter(({ op }) => op === 'gradient');
    expect(
      gradients.map(({ operands, origin, type }) => [
        operands[0],
        graph.nodes[operands[1]].op,
        origin.path,
        type.shape,
      ]),
    ).toEqual(['a.b.weight', 'a.b.bias', 'c.weight', 'c.bias'].map(path => [loss, 'variable', path, [4]]));
  });

  it('is training in all that it calls, unless a call says otherwise', () => {
    const updates = (call: string) => updatedBy(`${layers}train fit(x: f32[4]) {\n  sum(${call})\n}\n`);
    expect(updates('m(x)')).toEqual(['a.b.seen', 'c.seen']);
    expect(updates('m(x, training: false)')).toEqual([]);
  });

  it('may give no result, or one without a name', () => {
    const names = (body: string) => fitOf(withTrain(body)).graph.outputs.map(({ name }) => name);
    expect(names('  minimize loss using sgd(rate: 0.1)\n')).toEqual([]);
    expect(names('  minimize loss using sgd(rate: 0.1)\n  loss\n')).toEqual(['output']);
  });

  it('may own params, and use them in several calls', () => {
    const text =
      'model m(x: f32[4]) {\n  param w: f32[4] = ones\n  x * w\n}\ntrain fit(x: f32[4]) {\n  param scale: f32[] = 1\n  minimize sum(m(m(x))) * scale using sgd(rate: 0.1)\n}\n';
    expect(updatedBy(text)).toEqual(['w', 'scale']);
    expect(gradientsOf(fitOf(text))).toHaveLength(2);
  });
});

describe('for', () => {
  it('stands for any text at a star', () => {
    const rows: readonly (readonly [string, string, boolean])[] = [
      ['fc.weight', 'fc.weight', true],
      ['fc.weigh', 'fc.weight', false],
      ['*', 'fc.weight', true],
      ['fc.*', 'fc.0.weight', true],
      ['fc.*', 'fcs.weight', false],
      ['*.weight', 'a.b.weight', true],
      ['*.weight', 'a.weights', false],
      ['a*b*c', 'abc', true],
      ['a*bb*c', 'abc', false],
      ['ab*bc', 'abc', false],
      ['a.b', 'axb', false],
      ['', 'a', false],
    ];
    for (const [pattern, path, expected] of rows)
      expect([pattern, path, matches(pattern, path)]).toEqual([pattern, path, expected]);
  });

  it('selects by patterns; without it all params that the loss depends on are meant', () => {
    const selected = (clause: string) => trainedBy(`  minimize loss using sgd(rate: 0.1) ${clause}\n`);
    expect(selected('')).toEqual(['a.b.weight', 'a.b.bias', 'c.weight', 'c.bias']);
    expect(selected('for "a.*"')).toEqual(['a.b.weight', 'a.b.bias']);
    expect(selected('for ["c.bias", "*.weight"]')).toEqual(['a.b.weight', 'c.weight', 'c.bias']);
  });

  it('makes parameter groups', () => {
    const groups = '  for name in ["a.*", "c.*"] {\n    minimize loss using sgd(rate: 0.1) for name\n  }\n';
    expect(trainedBy(groups)).toEqual(['a.b.weight', 'a.b.bias', 'c.weight', 'c.bias']);
  });

  it('does not count integer params, and those before a stop_gradient or a comparison, as part of the loss', () => {
    const items =
      'block more(x) {\n  param free: f32[4] = ones\n  param held: f32[4] = ones\n  param asked: f32[4] = ones\n  param count: i32[] = 1\n  sum(where(x > asked, x * free, stop_gradient(x * held))) * cast(count, f32)\n}\n';
    const body = '  minimize more(x) using sgd(rate: 0.1)\n  return { loss }\n';
    expect(trainedBy(body, items)).toEqual(['more_0.free']);
    const of = (path: string) =>
      complaintsOf(withTrain(`  minimize more(x) as n using sgd(rate: 0.1) for "n.${path}"\n`, items));
    expect(of('held')).toEqual(['bad-selection 20:50']);
    expect(of('free')).toEqual([]);
  });
});

describe('an optimizer', () => {
  const momentum = '  minimize loss using sgd(rate: 0.1, momentum: 0.9) for "a.*"\n';

  it('has its states below the train and the param', () => {
    expect(pathsOf(withTrain(momentum)).slice(6)).toEqual(['fit.a.b.weight.sgd.velocity', 'fit.a.b.bias.sgd.velocity']);
    expect(updatedBy(withTrain(momentum)).toSorted()).toEqual([
      'a.b.bias',
      'a.b.seen',
      'a.b.weight',
      'c.seen',
      'fit.a.b.bias.sgd.velocity',
      'fit.a.b.weight.sgd.velocity',
    ]);
  });

  it('takes scalar inputs, and a schedule once', () => {
    const items = 'block falling(rate) {\n  state step: i32[] = 0\n  step := step + 1\n  rate / cast(step, f32)\n}\n';
    const text = withTrain('  minimize loss using sgd(rate: falling(rate))\n', items, 'x: f32[4], rate: f32[]');
    expect(pathsOf(text).slice(6)).toEqual(['fit.falling_0.step']);
    const fit = fitOf(text);
    expect(fit.graph.nodes.filter(({ op }) => op === 'divide')).toHaveLength(1);
  });

  it('of the file may have any name for its first two parameters', () => {
    const items = 'optimizer step(p, d, by = 1) {\n  p := p - by * d\n  p := p * 0.5\n}\n';
    expect(updatedBy(withTrain('  minimize loss using step for "c.bias"\n', items))).toContain('c.bias');
  });

  it('shares defaults among its params, but for those that name the param or its gradient', () => {
    const items = `block counted(start) {
  state count: i32[] = 0
  count := count + start
  cast(count, f32)
}
optimizer o(w, d, rate = counted(1), own = counted(w.rank), both = rate * own) {
  w := w - both * d
}
`;
    const text = withTrain('  minimize loss using o for "a.*"\n  minimize loss using o for "c.bias"\n', items);
    expect(pathsOf(text).slice(6)).toEqual([
      'fit.o_0.counted_0.count',
      'fit.a.b.weight.o.counted_0.count',
      'fit.a.b.bias.o.counted_0.count',
      'fit.o_1.counted_0.count',
      'fit.c.bias.o.counted_0.count',
    ]);
  });

  it('whose default is wrong says so once', () => {
    const items = 'optimizer o(w, d, rate = "a" * 2, size = w.shap) {\n  w := w - rate * d * size\n}\n';
    expect(complaintsOf(withTrain('  minimize loss using o\n', items))).toEqual([
      'bad-operand 11:26',
      'unknown-member 11:44',
    ]);
  });

  it('makes params constants after it', () => {
    const text = `${layers}model g(x: f32[4]) {\n  param w: f32[4] = ones\n  x * w\n}
train fit(x: f32[4]) {
  let fake = g(x)
  minimize sum(m(fake)) using sgd(rate: 0.1) for ["a.*", "c.*"]
  minimize sum(m(g(x))) using sgd(rate: 0.2) for "w"
}
`;
    const { graph } = fitOf(text);
    const [last] = gradientsOf({ graph } as Program).slice(-1);
    expect(last.origin.path).toBe('w');
    // From the second loss a first-order way leads to w, and none through the gradients of the first loss.
    const seen = new Set<number>();
    const open = [last.operands[0]];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      seen.add(id);
      if (graph.nodes[id].op !== 'stop_gradient') open.push(...graph.nodes[id].operands);
    }
    expect(seen).toContain(last.operands[1]);
    expect([...seen].filter(id => graph.nodes[id].op === 'gradient')).toEqual([]);
  });

  it('updates nothing after a stop', () => {
    const { graph } = fitOf(withTrain('  minimize loss using sgd(rate: 0.1)\n'));
    expect(graph.nodes.filter(({ op }) => op === 'stop_gradient')).toEqual([]);
  });
});

describe('accumulation', () => {
  it('keeps one sum per param and one count', () => {
    const text = withTrain('  minimize loss using sgd(rate: 0.1) for "c.*" accumulate 4\n');
    expect(pathsOf(text).slice(6)).toEqual(['fit.sgd_0.$run', 'fit.c.weight.sgd.$sum', 'fit.c.bias.sgd.$sum']);
  });

  it('of one run is none', () => {
    const text = withTrain('  minimize loss using sgd(rate: 0.1) accumulate 1\n');
    expect(pathsOf(text)).toHaveLength(6);
  });
});

describe('mistakes in trains', () => {
  const complaints = (body: string, items = '') => complaintsOf(withTrain(body, items));

  it('are found in every clause', () => {
    expect(complaints('  minimize 3 using sgd(rate: 0.1)\n')).toEqual(['bad-loss 13:12']);
    expect(complaints('  minimize cast(loss, i32) using sgd(rate: 0.1)\n')).toEqual(['bad-loss 13:12']);
    expect(complaints('  minimize sum(x) using sgd(rate: 0.1)\n')).toEqual(['bad-loss 13:12']);
    expect(complaints('  minimize loss using sgd(rate: 0.1) for 3\n')).toEqual(['bad-selection 13:42']);
    expect(complaints('  minimize loss using sgd(rate: 0.1) for []\n')).toEqual(['bad-selection 13:42']);
    expect(complaints('  minimize loss using sgd(rate: 0.1) for "a.b.seen"\n')).toEqual(['bad-selection 13:42']);
    expect(complaints('  minimize loss using sgd(rate: 0.1) clip 0\n')).toEqual(['bad-argument 13:43']);
    expect(complaints('  minimize loss using sgd(rate: 0.1) clip x\n')).toEqual(['bad-argument 13:43']);
    expect(complaints('  minimize loss using sgd(rate: 0.1) accumulate 0\n')).toEqual(['bad-argument 13:49']);
    expect(complaints('  minimize loss using sgd(rate: 0.1) accumulate 1.5\n')).toEqual(['bad-argument 13:49']);
    expect(complaints('  minimize loss using sgd(rate: 0.1) states i32\n')).toEqual(['bad-argument 13:45']);
    expect(complaints('  minimize loss using sgd(rate: 0.1) states 16\n')).toEqual(['bad-argument 13:45']);
    expect(complaints('  minimize loss using sgd(rate: 0.1) master bf16\n')).toEqual(['bad-argument 13:45']);
    expect(complaints('  minimize loss using sgd(rate: 0.1) scale 0\n')).toEqual(['bad-argument 13:44']);
    expect(complaints('  minimize loss using sgd(rate: 0.1) scale often\n')).toEqual(['unknown-name 13:44']);
    expect(complaints('  minimize loss using sgd\n')).toEqual(['missing-argument 13:23']);
    expect(complaints('  minimize loss using sgd(0.1, speed: 2)\n')).toEqual(['unknown-argument 13:32']);
    expect(complaints('  minimize loss using sgd(0.1, weight: x)\n')).toEqual(['unknown-argument 13:32']);
    expect(complaints('  minimize loss using sdg(0.1)\n')).toEqual(['unknown-name 13:23']);
    expect(complaints('  minimize loss using m(0.1)\n')).toEqual(['not-a-function 13:23']);
  });

  it('are found together, and none twice', () => {
    expect(complaints('  minimize x using sgd for 3 clip -1 accumulate 0\n')).toEqual([
      'bad-loss 13:12',
      'missing-argument 13:20',
      'bad-selection 13:28',
      'bad-argument 13:35',
      'bad-argument 13:49',
    ]);
  });

  it('in an optimizer point at its line and at the minimize', () => {
    const items = 'optimizer bad(weight, gradient) {\n  weight := weight - ones([3]) * gradient\n}\n';
    expect(complaints('  minimize loss using bad\n', items)).toEqual(['shape-mismatch 12:22']);
    expect(complaints('  minimize loss using few\n', 'optimizer few(weight) {\n  weight := weight * 0.5\n}\n')).toEqual(
      ['bad-optimizer 11:11'],
    );
  });

  it('keep an optimizer without an effect from hiding behind another mistake', () => {
    const lazy = 'optimizer lazy(weight, gradient) {\n  for i in range(2) { if i == 0 { state s: i32[] = 0 } }\n}\n';
    expect(complaints('  minimize loss using lazy\n  ones([3]) + x\n', lazy)).toEqual([
      'bad-optimizer 11:11',
      'shape-mismatch 17:3',
    ]);
    const broken = 'optimizer broken(weight, gradient) {\n  if true { weight := weight + ones([3]) }\n}\n';
    expect(complaints('  minimize loss using broken\n', broken)).toEqual(['shape-mismatch 12:23']);
  });

  it('name the params that are there', () => {
    const helpFor = (pattern: string) =>
      diagnosticsOf(withTrain(`  minimize loss using sgd(rate: 0.1) for "${pattern}"\n`))[0].help;
    expect(helpFor('a.b.wieght')).toBe('did you mean a.b.weight?');
    expect(helpFor('aa.*')).toBe('did you mean a.*?');
    expect(helpFor('encoder.layers.*')).toBe('the loss depends on a.b.weight, a.b.bias, c.weight, c.bias');
  });

  it('outside of trains are reported once, and change nothing', () => {
    const text = `${layers}block f(x) {\n  minimize sum(x) using sgd(rate: 0.1)\n  x\n}\ntrain fit(x: f32[4]) {\n  sum(f(x))\n}\n`;
    expect(complaintsOf(text)).toEqual(['wrong-body 12:3']);
  });
});

describe('what is called otherwise elsewhere', () => {
  it.each([
    ['minimise loss using sgd(0.1)', 'minimize'],
    ['minimize loss using sgd(lr: 0.1)', 'rate'],
    ['minimize loss using sgd(0.1, weight_decay: 0.1)', 'decay'],
    ['minimize loss using AdamW(0.1)', 'adamw'],
    ['minimize mse_loss(m(x), x) using sgd(0.1)', 'mse'],
    ['minimize sum(detach(x) * m(x)) using sgd(0.1)', 'stop_gradient'],
    ['minimize mse(m(x), x, reduction: "sum") using sgd(0.1)', 'reduce'],
  ])('%s', (statement, meant) => {
    const helps = diagnosticsOf(withTrain(`  ${statement}\n`)).map(({ help }) => help);
    expect(helps).toContain(`did you mean ${meant}?`);
  });
});
