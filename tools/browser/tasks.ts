/** How long the tasks of a page's main thread take: while one is computed, the page answers to nothing. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Page, runInChromium } from './chromium.ts';
import { marks } from './marks.ts';

export interface Traced {
  readonly result: unknown;
  /** Milliseconds of the processor, in descending order: by the clock a task is as long as others let it be. */
  readonly tasks: readonly number[];
}

/** Tasks are seen for so many seconds from the browser's start; a page that ends later is judged by these. */
const seconds = 15;

/** Runs the page as `runInChromium` does, and looks at its tasks. */
export async function traceInChromium(page: Page): Promise<Traced> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-trace-'));
  const file = join(folder, 'trace.json');
  const flags = [
    '--trace-startup=toplevel,blink.user_timing',
    `--trace-startup-file=${file}`,
    '--trace-startup-format=json',
    `--trace-startup-duration=${seconds}`,
  ];
  let events: readonly Event[] = [];
  const stay = async () => {
    events = await eventsIn(file);
  };
  try {
    const result = await runInChromium({ ...page, flags, stay });
    return { result, tasks: tasksOf(events) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An event of a trace; `ts` in microseconds by the clock, `tdur` in microseconds of the processor. */
interface Event {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly tdur?: number;
}

/** The browser writes the file in one go, some time after its end. */
async function eventsIn(file: string): Promise<readonly Event[]> {
  for (let tries = 0; tries < 400; tries++) {
    await setTimeout(100);
    if (!existsSync(file) || statSync(file).size === 0) continue;
    try {
      return JSON.parse(readFileSync(file, 'utf8')).traceEvents;
    } catch {
      // It is being written.
    }
  }
  throw new Error('the browser has written no trace');
}

function tasksOf(events: readonly Event[]): readonly number[] {
  const [begin, end] = [marks.begin, marks.end].map(mark => events.find(({ name }) => name === mark));
  if (!begin) throw new Error(`the page has not set the mark ${marks.begin}`);
  const last = end?.ts ?? Number.POSITIVE_INFINITY;
  return events
    .filter(({ pid, tid, ts }) => pid === begin.pid && tid === begin.tid && ts >= begin.ts && ts <= last)
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((a, b) => b - a);
}
