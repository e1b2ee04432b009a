/** Finds out which changes make a program fit: by planning each of them. */
import { type Candidate, type Family, familiesFor } from '@tessera-dnn/explorer';
import type { Answer, Figures, Job } from '../sweep/job.ts';
import { Pool } from '../sweep/pool.ts';

type Fitting = Extract<Answer, { readonly kind: 'fits' }>;

/** A change after which the program was planned, and fits. */
export interface Repair {
  readonly change: Candidate<Job>;
  readonly answer: Fitting;
}

export interface Repairs {
  /** The program as it is; whether it fits is its kind. */
  readonly now: Answer;
  /** In the order of the families; empty where it fits as it is, or where nothing helps. */
  readonly repairs: readonly Repair[];
}

/** Plans `job`, and if it does not fit the changes of every family, on so many threads, until one of the family fits. */
export async function findRepairs(job: Job, threads: number): Promise<Repairs> {
  const pool = new Pool(threads);
  try {
    const now = await pool.solve(job);
    if (now.kind !== 'too-large') return { now, repairs: [] };
    const families = familiesFor(job, peakOf(now, job));
    const found = await Promise.all(families.map(family => firstThatFits(family, pool)));
    return { now, repairs: found.filter(repair => repair !== undefined) };
  } finally {
    await pool.close();
  }
}

/** What the fullest tile needs; where that is not known, a little more than it has. */
function peakOf(now: Partial<Figures>, { chip }: Job): number {
  return now.peakBytes ?? chip.sramBytes + 1024;
}

async function firstThatFits(family: Family<Job>, pool: Pool): Promise<Repair | undefined> {
  for (const change of family) {
    const answer = await pool.solve(change.job);
    if (answer.kind === 'fits') return { change, answer };
  }
  return undefined;
}
