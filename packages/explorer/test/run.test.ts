/** A program that runs in a page: what is gathered from tiles is what the program gives, forward and back. */
import { expect, it } from 'vitest';
import { numberOf } from '../src/data/explored.ts';
import { kindsFor, sampled } from '../src/running/sample.ts';
import { openSession, type Session } from '../src/running/session.ts';
import { measuredCycles } from '../src/view/timeline-run.ts';

const text = `model net(x: f32[2, 3, 10, 9]) -> { hidden: f32[2, 6, 10, 9], turned: f32[90, 12], scores: f32[2, 5] } {
  let hidden = x |> conv2d(6, kernel: 3, padding: 1) as conv |> relu
  let turned = hidden |> reshape([12, 90]) |> transpose |> tanh
  let scores = hidden |> flatten |> dense(5) as fc
  return { hidden, turned, scores }
}
train fit(x: f32[2, 3, 10, 9], label: i32[2]) {
  let loss = cross_entropy(net(x).scores, label)
  minimize loss using sgd(rate: 0.1)
  return { loss }
}
`;

const settings = { chip: 'tiny', sramBytes: 1 << 17 };
const opened = await openSession({ sequence: 0, source: { name: 'net.dnn', text }, files: [], settings });
if (!opened.ok) throw new Error(opened.diagnostics[0]?.message);
const session: Session = opened.value;
const { explored, programs, kinds } = session.opened;

/** The value of an outcome; what it says where there is none. */
function unwrapped<T>(
  outcome:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly diagnostics: readonly { readonly message: string }[] },
): T {
  if (!outcome.ok) throw new Error(outcome.diagnostics[0]?.message);
  return outcome.value;
}

function begin(program: string) {
  const { inputs } = programs.find(({ name }) => name === program)!;
  const values = Object.fromEntries(inputs.map(input => [input.name, sampled(input, { seed: 3, kinds })]));
  unwrapped(session.begin({ kind: 'begin', program, inputs: values }));
  const { phases } = explored.programs.find(({ name }) => name === program)!;
  return { phases, go: (done: number) => unwrapped(session.go({ kind: 'go', done })) };
}

/** What all storages hold now, by the name of the tensor; those that hold none are left out. */
function held(): ReadonlyMap<string, readonly number[]> {
  const seen = [...new Set(explored.buffers.roots)].flatMap(root => {
    const looked = unwrapped(session.look({ kind: 'look', root }));
    return 'tensor' in looked ? [[looked.tensor.name, [...looked.tensor.data]] as const] : [];
  });
  return new Map(seen);
}

it('tensors gathered from tiles are what the program returns, whatever their layout', () => {
  const run = begin('net');
  const { outputs } = run.go(run.phases);
  const wanted = new Map(outputs.map(({ name, data }) => [name, [...data].join()]));
  expect([...wanted.keys()]).toEqual(['hidden', 'turned', 'scores']);
  const found = new Set<string>();
  for (let done = 0; done < run.phases; done++) {
    run.go(done);
    for (const values of held().values()) found.add(values.join());
  }
  for (const [name, values] of wanted) expect(found.has(values), name).toBe(true);
});

it('a phase back shows what was there before, of a training too', () => {
  const run = begin('fit');
  const middle = run.phases >> 1;
  const forward = [middle, middle + 1, run.phases].map(done => {
    run.go(done);
    return held();
  });
  expect(forward[2]).not.toEqual(forward[1]);
  expect(run.go(middle + 1).outputs).toEqual([]);
  expect(held()).toEqual(forward[1]);
  run.go(middle);
  expect(held()).toEqual(forward[0]);
  // The variables are as the last step to the end has left them.
  run.go(run.phases);
  expect(held()).toEqual(forward[2]);
});

it('says why a tensor is not to be seen', () => {
  const run = begin('net');
  run.go(0);
  const reasons = () =>
    [...new Set(explored.buffers.roots)].map(root => {
      const looked = unwrapped(session.look({ kind: 'look', root }));
      return 'reason' in looked ? looked.reason : '';
    });
  expect(reasons()).toContain('It is not made yet: go on.');
  run.go(run.phases);
  expect(reasons().some(reason => /^Nobody needs it after .*: go back\.$/.test(reason))).toBe(true);
});

it('measures every phase, and leaves the run and the variables as they were', () => {
  const run = begin('fit');
  run.go(2);
  const before = held();
  const { milliseconds, runs } = unwrapped(session.measure({ kind: 'measure', milliseconds: 0 }));
  expect(milliseconds).toHaveLength(run.phases);
  expect(milliseconds.every(each => each >= 0)).toBe(true);
  expect(runs).toBeGreaterThanOrEqual(3);
  expect(held()).toEqual(before);
});

it('trains until it is stopped, goes on where it was, and leaves its variables to the next run', async () => {
  const { inputs } = programs.find(({ name }) => name === 'fit')!;
  const data = Object.fromEntries(inputs.map(input => [input.name, sampled(input, { seed: 1, kinds, samples: 8 })]));
  const run = begin('net');
  const before = run.go(run.phases).outputs;
  let counted = 0;
  const train = async (given: object) => {
    const controller = new AbortController();
    let last = 0;
    const trained = await session.train(
      { kind: 'train', program: 'fit', inputs: {}, ...given },
      controller.signal,
      told => {
        last = told.steps;
        counted += told.scalars['loss'].length;
        controller.abort();
      },
    );
    unwrapped(trained);
    return last;
  };
  const first = await train({ data });
  const second = await train({});
  expect(first).toBeGreaterThan(0);
  expect(second).toBeGreaterThan(first);
  expect(counted).toBe(second);
  const again = begin('net');
  expect(again.go(again.phases).outputs).not.toEqual(before);
  const without = { kind: 'train', program: 'fit', inputs: {}, data: {} } as const;
  const refused = await session.train(without, AbortSignal.abort(), () => {});
  expect(refused.diagnostics[0]).toMatchObject({ code: 'missing-data' });
});

it('measured times are drawn as parts of the cycles that are modelled for the phases that were run', () => {
  const facts = [{ cycles: 30 }, { cycles: 10 }, { cycles: 100 }];
  const ran = { program: 'net', done: 2, milliseconds: Float64Array.of(1, 3, Number.NaN), runs: 1 };
  expect([...measuredCycles(facts, ran)]).toEqual([10, 30, Number.NaN]);
  expect(measuredCycles(facts, undefined)).toHaveLength(0);
});

it('phases of a run are those of the views: what prepares is not counted', () => {
  const fit = explored.programs.find(({ name }) => name === 'fit')!;
  expect(session.chip.programs['fit'].phases).toBe(numberOf(fit, fit.phases));
});

it('samples are the same for a seed, and whole numbers stay below the number of kinds', () => {
  const label = { name: 'label', type: 'i32', shape: [64] } as const;
  const image = { name: 'image', type: 'f32', shape: [64, 8] } as const;
  const sampling = { seed: 1, kinds: 5 };
  expect(sampled(label, sampling)).toEqual(sampled(label, sampling));
  expect(sampled(image, sampling)).not.toEqual(sampled(image, { ...sampling, seed: 2 }));
  expect([...new Set(sampled(label, sampling))].toSorted()).toEqual([0, 1, 2, 3, 4]);
  expect(sampled(label, { ...sampling, samples: 3 })).toHaveLength(3);
  expect(kindsFor([{ outputs: [{ type: 'f32', shape: [4, 10] }] }])).toBe(10);
  expect(kindsFor([{ outputs: [{ type: 'f32', shape: [] }] }])).toBe(2);
});

it('what does not fit is not run, and says why', async () => {
  const refused = await openSession({
    sequence: 0,
    source: { name: 'net.dnn', text: 'model net(x: f32[1, 64]) -> f32[1, 64] { x |> dense(64) as a }' },
    files: [],
    settings: { chip: 'tiny', tiles: 1, sramBytes: 1024 },
  });
  expect(refused).toMatchObject({ ok: false, diagnostics: [{ code: 'does-not-fit' }] });
});
