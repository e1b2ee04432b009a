/**
 * What a program of one's own brings along: operations in the table, passes in the list, a back end. What is wrong with them is said, and by
 * whom.
 */
import { check, compile, plan, stages } from '@tessera-dnn/compiler';
import { InternalError } from '@tessera-dnn/diagnostics';
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import type { OpDef } from '@tessera-dnn/graph/op';
import type { Backend, BackendLimits, Codelets } from '@tessera-dnn/machine';
import { ops, withOperations } from '@tessera-dnn/ops';
import { arithmetic, elementwise } from '@tessera-dnn/ops/define';
import { passes, recompute, type Stage } from '@tessera-dnn/passes';
import { wasm } from '@tessera-dnn/wasm';
import { describe, expect, it } from 'vitest';
import { instanceOf } from './support/instance.ts';

/** (x + √(x² + 4)) / 2, whose derivative is y / (2y − x). */
const squareplus = elementwise({
  name: 'squareplus',
  doc: { summary: '(x + √(x² + 4)) / 2', example: 'model example(x: f32[2]) {\n  squareplus(x)\n}\n' },
  operands: ['x'],
  accepts: 'float',
  scalar: ([x], _attributes, round) => round(round(x + round(Math.sqrt(round(round(x * x) + 4)))) * 0.5),
  expression: (k, [x]) => k.mul(k.add(x, k.sqrt(k.add(k.mul(x, x), 4))), 0.5),
  gradient: ({ build, operands: [x], result, upstream }) => {
    const { add, sub, mul, div } = arithmetic(build);
    return [mul(upstream, div(result, sub(add(result, result), x)))];
  },
});

const table = withOperations([squareplus]);
const source = (text: string) => ({ name: 'own.dnn', text });
const model = (call: string) => `model m(x: f32[2, 5]) {\n  ${call}\n}\n`;
const x = Array.from({ length: 10 }, (_, i) => i - 4.5);

describe('an operation of one’s own', () => {
  it('is called by its name, where the table has it', () => {
    expect(check(source(model('squareplus(x)')), { table })).toEqual([]);
    expect(plan(source(model('x |> squareplus')), { table }).ok).toBe(true);
    const [found] = check(source(model('squareplus(x)')));
    expect(found.code).toBe('unknown-name');
  });

  it('computes what the language says it does', () => {
    const own = instanceOf(model('squareplus(x)'), 'strict', 1, { table }).run('m', { x });
    expect(own).toEqual(instanceOf(model('(x + sqrt(x * x + 4)) * 0.5'), 'strict').run('m', { x }));
  });

  it('is differentiated', () => {
    const training = (activation: string) =>
      `model m[n = 1](x: f32[n, 5]) {\n  x |> dense(3) as fc |> ${activation}\n}\n` +
      'train fit[n = 2](x: f32[n, 5]) {\n  minimize mean(m(x)) using sgd(rate: 0.1)\n}\n';
    const written = `block written(x) {\n  (x + sqrt(x * x + 4)) * 0.5\n}\n${training('written')}`;
    const [own, ours] = [instanceOf(training('squareplus'), 'fast', 1, { table }), instanceOf(written, 'fast')];
    for (const instance of [own, ours]) instance.run('fit', { x });
    expect([...own.read('fc.weight')]).toEqual([...ours.read('fc.weight')].map(value => expect.closeTo(value, 6)));
  });

  it('has a name of its own', () => {
    expect(() => withOperations([{ ...squareplus, name: 'relu' } as OpDef])).toThrow(/two operations have one name/);
    expect(ops.find('squareplus')).toBeUndefined();
  });
});

describe('a pass of one’s own', () => {
  const own = (run: Stage['run']): Stage => ({ name: 'own', doc: 'does what a test wants', run });
  const between = (pass: Stage) => passes.toSpliced(2, 0, pass);
  const text = source(model('relu(x + 1)'));

  it('runs at its place in the list', () => {
    const seen: string[] = [];
    const idle = own(module => module);
    const compiled = compile(text, { passes: between(idle), after: stage => void seen.push(stage) });
    expect(compiled.ok).toBe(true);
    expect(seen.slice(0, stages.length + 1)).toEqual(stages.toSpliced(3, 0, 'own'));
  });

  it('is blamed for the module that it breaks, whether or not everything is verified', () => {
    const breaking = own(module => ({ ...module, programs: [...module.programs, module.programs[0]] }));
    expect(() => compile(text, { passes: between(breaking) })).toThrow(InternalError);
    expect(() => compile(text, { passes: between(breaking) })).toThrow(/own.*two programs have one name/s);
  });

  it('may say what a user must mend', () => {
    const diagnostic = { code: 'too-plain', severity: 'error', message: 'm is too plain' } as const;
    const picky: Stage = { ...own(module => module), check: () => [diagnostic] };
    expect(compile(text, { passes: between(picky) })).toEqual({ ok: false, diagnostics: [diagnostic] });
  });

  it('has a name of its own, and stands before what copies', () => {
    const idle = own(module => module);
    expect(() => compile(text, { passes: [idle, ...passes, idle] })).toThrow(/two passes have one name/);
    expect(() => compile(text, { passes: [...passes, idle] })).toThrow(/nothing may follow the pass/);
  });

  it('may not take the place of what tiling needs', () => {
    const fewer = (left: string) => ({ passes: passes.filter(({ name }) => name !== left) });
    for (const left of ['differentiate', 'fuse']) {
      expect(() => compile(text, fewer(left))).toThrow(new RegExp(`tiling needs.*${left}`));
    }
  });
});

const dispensable = passes.map(({ name }) => name).filter(name => name !== 'differentiate' && name !== 'fuse');

it.each(dispensable)('a list without %s is another way to the same result', name => {
  const network = 'model m(x: f32[2, 5]) {\n  x |> dense(4) as fc |> layer_norm as norm |> softmax\n}\n';
  const fewer = { passes: passes.filter(pass => pass.name !== name), verify: true };
  const { output } = instanceOf(network, 'fast', 1, fewer).run('m', { x });
  const { output: usual } = instanceOf(network, 'fast').run('m', { x });
  expect([...output]).toEqual([...usual].map(value => expect.closeTo(value, 6)));
});

it('nothing is computed again by a list that leaves it out', () => {
  const kept = compile(source(model('relu(x)')), { passes: passes.filter(pass => pass !== recompute) });
  const usual = compile(source(model('relu(x)')));
  expect(kept.ok && usual.ok && Buffer.compare(kept.value.bytes, usual.value.bytes)).toBe(0);
});

describe('a back end of one’s own', () => {
  const text = source(model('softmax(relu(x + 1))'));
  const own: Backend<KernelCode> = { ...wasm, name: 'own' };
  const limited = (limits: Partial<BackendLimits>) => ({ ...own, limits: { ...own.limits, ...limits } });
  const making = (change: (codelets: Codelets) => Partial<Codelets>): Backend<KernelCode> => ({
    ...own,
    compile: (kernels, options) => {
      const codelets = wasm.compile(kernels, options);
      return { ...codelets, ...change(codelets) };
    },
  });
  const wrong: readonly (readonly [string, string, Backend<KernelCode>])[] = [
    ['no limits', 'limits must be an object, not undefined', { ...own, limits: undefined! }],
    ['no memory', 'limits.memory must be a name', limited({ memory: undefined })],
    ['no page', 'limits.pageBytes must be an integer', limited({ pageBytes: 0 })],
    ['a page that is no number', 'limits.pageBytes must be .*, not NaN', limited({ pageBytes: Number.NaN })],
    [
      'a page of text',
      'limits.pageBytes must be .*, not "64KiB"',
      limited({ pageBytes: '64KiB' as unknown as number }),
    ],
    [
      'no limit',
      'limits.memoryBytes must be .*, not a number beyond',
      limited({ memoryBytes: Number.POSITIVE_INFINITY }),
    ],
    [
      'too high a limit',
      'limits.memoryBytes must be an integer from 1 to 4294967296',
      limited({ memoryBytes: 2 ** 33 }),
    ],
    ['a page above the limit', 'limits.pageBytes must be at most', limited({ memoryBytes: 1024 })],
    ['no sizes', 'sizes must have a number for each of the \\d+ kernels, not 0', making(() => ({ sizes: [] }))],
    ['too few sizes', 'sizes must have', making(({ sizes }) => ({ sizes: sizes.slice(1) }))],
    ['a size below 0', 'sizes.0 must be an integer ≥ 0, not -1', making(({ sizes }) => ({ sizes: sizes.with(0, -1) }))],
    ['a half size', 'sizes.0 must be an integer', making(({ sizes }) => ({ sizes: sizes.with(0, 0.5) }))],
    ['empty sizes', 'sizes.0 must be .*, not undefined', making(({ sizes }) => ({ sizes: Array(sizes.length) }))],
    ['no features', 'features must be a list', making(() => ({ features: undefined }))],
    ['no way to link', 'link must be a function', making(() => ({ link: undefined }))],
    ['no way to print', 'print must be a function', making(() => ({ print: undefined }))],
  ];

  it.each(wrong)('is blamed where it has %s', (_, what, backend) => {
    expect(() => compile(text, { backend })).toThrow(InternalError);
    expect(() => compile(text, { backend })).toThrow(new RegExp(`^back end: ${what}.*\\(own\\)$`));
  });

  it('may be an object of a class', () => {
    class Inheriting implements Backend<KernelCode> {
      readonly name = 'inheriting';
      readonly limits = wasm.limits;
      compile(...args: Parameters<typeof wasm.compile>): Codelets {
        return Object.create(wasm.compile(...args));
      }
    }
    const [inheriting, usual] = [compile(text, { backend: new Inheriting() }), compile(text)];
    expect(inheriting.ok && usual.ok && Buffer.compare(inheriting.value.bytes, usual.value.bytes)).toBe(0);
  });

  it('is blamed by `check`, too', () => {
    const large = source('model m(x: f32[1_000_000_000]) {\n  x + 1\n}\n');
    expect(() => check(large, { backend: limited({ memoryBytes: Number.NaN }) })).toThrow(/limits\.memoryBytes/);
  });
});
