/** Draws and judges case after case. If there is a fault, the case is shrunk and reported, once for each kind of fault. */
import { createPick, type Pick } from '@tessera-dnn/ops';
import { textsOf } from './describe/text.ts';
import type { Case } from './draw/case.ts';
import { judge, type Verdict } from './judge/judge.ts';
import type { Fault } from './judge/trial.ts';
import { type Shrunk, shrink } from './shrink/shrink.ts';
import { Statistics } from './statistics.ts';

export interface Session {
  readonly seed: number;
  readonly draw: (pick: Pick) => Case;
  /** Called before each case with its number; the session ends when it returns false. */
  readonly goesOn: (index: number) => boolean;
  /** Called once for each kind of fault, when it is found. */
  readonly onFault?: (index: number, fault: Fault) => void;
  /** Called with the shrunk case. */
  readonly onSmall?: (found: Found) => void;
  /** The number of the first case, 0 by default. */
  readonly first?: number;
}

export interface Found extends Shrunk {
  readonly index: number;
}

/** How many smaller cases are tried for one fault, and for how many seconds. */
const patience = { attempts: 600, seconds: 90 };

/**
 * How many faults of a family are shrunk before the others are only counted. A message tells the mistake, so one is enough; wrong numbers
 * may have several causes.
 */
const examplesOf = (family: string): number => (/^(bits|numbers)/.test(family) ? 6 : 1);

export async function fuzz({ seed, draw, goesOn, onFault, onSmall, first = 0 }: Session): Promise<Statistics> {
  const statistics = new Statistics();
  const shown = new Map<string, number>();
  for (let index = first; goesOn(index); index++) {
    // A case hardly ever waits for anything: without this turn of the event loop no signal would be heard.
    await new Promise(resolve => setImmediate(resolve));
    const drawn = caseOf(seed, index, draw);
    const verdict = await judged(drawn);
    statistics.count(index, drawn, verdict);
    for (const fault of verdict.faults) {
      const before = shown.get(fault.family) ?? 0;
      if (onSmall === undefined || before >= examplesOf(fault.family)) continue;
      shown.set(fault.family, before + 1);
      onFault?.(index, fault);
      onSmall({ index, ...(await madeSmall(drawn, fault)) });
    }
  }
  return statistics;
}

function madeSmall(drawn: Case, fault: Fault): Promise<Shrunk> {
  const end = performance.now() + patience.seconds * 1000;
  const stillShown = async (candidate: Case) =>
    performance.now() > end
      ? undefined
      : (await judged(candidate)).faults.find(({ family }) => family === fault.family);
  return shrink(drawn, fault, stillShown, patience.attempts);
}

function judged(drawn: Case): Promise<Verdict> {
  return judge({ ...drawn, ...textsOf(drawn.file) });
}

/** The case with this seed and number, which is the same whatever came before. */
export function caseOf(seed: number, index: number, draw: Session['draw']): Case {
  return draw(createPick(Math.imul(seed, 0x9e3779b1) + Math.imul(index + 1, 0x85ebca6b)));
}
