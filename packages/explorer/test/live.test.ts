/** What the explorer does while one types: the last text counts, and a link brings everything back. */
import { expect, it, vi } from 'vitest';
import {
  type Answer,
  answer,
  flagsOf,
  fragmentOf,
  type Order,
  optionsOf,
  Planner,
  type PlanningWorker,
  sharedIn,
} from '../src/index.ts';
import { onChange } from '../src/live/on-disk.ts';
import { Runner, type RunningWorker } from '../src/live/runner.ts';
import type { Asked } from '../src/running/messages.ts';

const order = (text: string) => ({ source: { name: 'net.dnn', text }, files: [], settings: { chip: 'tiny' } });

/** A worker that answers when it is told to. */
class ByHand implements PlanningWorker {
  onmessage: PlanningWorker['onmessage'] = null;
  onerror: PlanningWorker['onerror'] = null;
  readonly orders: Order[] = [];
  isEnded = false;

  postMessage(order: Order): void {
    this.orders.push(order);
  }

  terminate(): void {
    this.isEnded = true;
  }

  /** Answers its last order. */
  finish(): void {
    const { sequence } = this.orders.at(-1)!;
    this.onmessage?.({ data: { sequence, diagnostics: [], milliseconds: 1 } });
  }
}

function planner() {
  const workers: ByHand[] = [];
  const told: Answer[] = [];
  const start = () => {
    workers.push(new ByHand());
    return workers.at(-1)!;
  };
  return { workers, told, planner: new Planner(start, answer => told.push(answer)) };
}

it('never tells an answer to an earlier text', () => {
  const { workers, told, planner: asked } = planner();
  for (const text of ['a', 'b', 'c']) asked.ask(order(text));
  const [worker] = workers;
  worker.finish();
  expect(told).toEqual([]);
  // What came between is not even planned.
  expect(worker.orders.map(({ source }) => source.text)).toEqual(['a', 'c']);
  worker.finish();
  expect(told.map(({ sequence }) => sequence)).toEqual([3]);
  expect({ isBusy: asked.isBusy, workers: workers.length }).toEqual({ isBusy: false, workers: 1 });
});

it('ends a worker that is busy for long with what nobody waits for', () => {
  vi.useFakeTimers();
  try {
    const { workers, told, planner: asked } = planner();
    asked.ask(order('a'));
    asked.ask(order('b'));
    vi.advanceTimersByTime(1000);
    expect(workers.map(({ isEnded }) => isEnded)).toEqual([true, false]);
    workers[0].finish();
    expect(told).toEqual([]);
    workers[1].finish();
    expect(told).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});

it('tells of a worker that broke, and goes on with another one', () => {
  const { workers, told, planner: asked } = planner();
  asked.ask(order('a'));
  workers[0].onerror?.({ message: 'a fault of ours' });
  expect(told).toMatchObject([{ sequence: 1, diagnostics: [], broken: 'a fault of ours' }]);
  expect({ isBusy: asked.isBusy, isEnded: workers[0].isEnded }).toEqual({ isBusy: false, isEnded: true });
  asked.ask(order('b'));
  workers[1].finish();
  expect(told.map(({ sequence }) => sequence)).toEqual([1, 2]);
});

it('plans at once what waited for a worker that broke', () => {
  const { workers, told, planner: asked } = planner();
  asked.ask(order('a'));
  asked.ask(order('b'));
  workers[0].onerror?.({});
  expect(told).toEqual([]);
  workers[1].finish();
  expect(told).toEqual([{ sequence: 2, diagnostics: [], milliseconds: 1 }]);
});

it('keeps what was written here when the file changes, and shows the file where nothing was', () => {
  const [file, changed, mine] = ['a\n', 'b\n', 'a, and more\n'];
  // Another file of the folder was written, or this one anew with the same text.
  expect(onChange(mine, file, file)).toBe('keep');
  expect(onChange(file, file, changed)).toBe('replace');
  expect(onChange(mine, file, changed)).toBe('offer');
  expect(onChange(mine, file, mine)).toBe('keep');
  // The editor's lines end with a line feed whatever those of the file end with.
  expect(onChange(file, 'a\r\n', 'b\r\n')).toBe('replace');
});

it('answers with a plan whether or not it fits, and with what is wrong', () => {
  const text = 'import "./double.dnn"\nmodel net(x: f32[64, 64]) {\n  x |> double |> dense(64) as a\n}\n';
  const found = { name: 'double.dnn', text: 'block double(x) {\n  x * 2\n}\n' };
  const files = [{ path: './double.dnn', from: 'net.dnn', found }];
  const asked = { ...order(text), files, sequence: 7 };
  const fits = answer(asked);
  expect(fits).toMatchObject({ sequence: 7, diagnostics: [], explored: { fits: true } });
  const small = answer({ ...asked, settings: { chip: 'tiny', sramBytes: 1024 } });
  expect(small).toMatchObject({ explored: { fits: false }, diagnostics: [{ code: 'does-not-fit' }] });
  const wrong = answer({ ...asked, source: { name: 'net.dnn', text: 'model net(x: f32[4]) {\n  rellu(x)\n}\n' } });
  expect(wrong.explored).toBeUndefined();
  expect(wrong.diagnostics).toMatchObject([{ severity: 'error', line: 2 }]);
});

it('a link holds text and settings, and one that was cut off nothing', async () => {
  const shared = {
    name: 'net.dnn',
    text: '// é – ✓\nmodel net(x: f32[4]) { relu(x) }\n',
    settings: { chip: 'gc2', tiles: 8 },
  };
  const fragment = await fragmentOf(shared);
  expect(fragment).toMatch(/^#[\w-]+$/);
  expect(await sharedIn(fragment)).toEqual(shared);
  expect(await sharedIn(fragment.slice(0, 20))).toBeUndefined();
  expect(await sharedIn('#section')).toBeUndefined();
});

it('says its settings as flags of the command line', () => {
  const settings = {
    chip: 'tiny',
    sramBytes: 49152,
    precision: 'bf16',
    inPlace: false,
    set: { 'net.n': '4' },
  } as const;
  expect(flagsOf(settings).join(' ')).toBe('--chip tiny --sram 48KiB --precision bf16 --no-inplace --set net.n=4');
});

it('a run that was ended never answers, and a worker that breaks says so', async () => {
  const workers: { readonly asked: Asked[]; worker: RunningWorker }[] = [];
  const runner = new Runner(() => {
    const asked: Asked[] = [];
    const worker: RunningWorker = {
      onmessage: null,
      onerror: null,
      postMessage: each => asked.push(each),
      terminate: () => {},
    };
    workers.push({ asked, worker });
    return worker;
  });
  const told: unknown[] = [];
  const ask = () => void runner.ask<'go'>({ kind: 'go', done: 1 }).then(reply => told.push(reply));
  const settled = () => new Promise(resolve => setTimeout(resolve));
  ask();
  runner.end();
  ask();
  const [first, second] = workers;
  first.worker.onmessage?.({ data: { kind: 'answer', number: 1, isDone: true, value: 'late', diagnostics: [] } });
  second.worker.onmessage?.({ data: { kind: 'answer', number: 2, isDone: true, value: 'now', diagnostics: [] } });
  await settled();
  expect(told).toMatchObject([{ value: 'now' }]);
  ask();
  second.worker.onerror?.({});
  await settled();
  expect(told[1]).toMatchObject({ isDone: false, diagnostics: [{ message: expect.stringContaining('has ended') }] });
});

it('a chip file is planned for where its name is chosen, and a preset where that is; neither is the host', () => {
  const chipFile = { name: 'mine.json', text: '{ "base": "tiny", "name": "mine", "tiles": 3 }' };
  const tilesOf = (chip: string) => optionsOf({ chip, chipFile }).chip?.tiles;
  expect(['mine.json', 'tiny', 'gone.json'].map(tilesOf)).toEqual([3, 16, 1]);
  expect(optionsOf({ chip: 'mine.json', chipFile, sramBytes: 4096 })).toEqual({
    chip: expect.objectContaining({ name: 'mine', tiles: 3, sramBytes: 4096 }),
  });
});
