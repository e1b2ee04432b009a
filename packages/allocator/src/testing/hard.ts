/**
 * Problems that are hard on purpose: a rectangle of time and addresses is cut into buffers at random, so that everything fits exactly
 * and the bound is the optimum; then some of them are left out. Greedy allocators need a quarter more than that, or worse.
 */
import { generator } from '../exact/ranking.ts';
import type { Buffer, Problem } from '../problem.ts';

/** How a problem is drawn; the same seed gives the same one. */
export interface HardProblem {
  readonly seed: number;
  readonly count: number;
  /** How readily time is cut: a large number makes many short lives, a small one many long lives. */
  readonly cutsOfTime: number;
  /** The part of the rectangles, from 0 to less than 1, that is left out. */
  readonly loose: number;
}

type Rectangle = readonly [lower: number, upper: number, low: number, high: number];

const span = 400;
const capacity = 1024;

/** A problem of `count` buffers with lives in [0, 400) and the capacity 1,024, in which they fit. */
export function hardProblem({
  seed,
  count,
  cutsOfTime,
  loose,
}: HardProblem): Required<Pick<Problem, 'buffers' | 'capacity'>> {
  const random = generator(seed);
  const rectangles: Rectangle[] = [[0, span, 0, capacity]];
  while (rectangles.length < Math.round(count / (1 - loose))) cutOne(rectangles, cutsOfTime, random);
  const buffers = shuffled(rectangles, random)
    .slice(0, count)
    .map(([lower, upper, low, high], id): Buffer => ({ id, lower, upper, size: high - low }));
  return { buffers, capacity };
}

/** Cuts the largest of four rectangles that are drawn. The longer it lives, the more likely its time is cut rather than its addresses. */
function cutOne(rectangles: Rectangle[], cutsOfTime: number, random: () => number): void {
  const drawn = [0, 0, 0, 0].map(() => Math.floor(random() * rectangles.length));
  const index = drawn.reduce((best, other) => (areaOf(rectangles[other]) > areaOf(rectangles[best]) ? other : best));
  const [lower, upper, low, high] = rectangles[index];
  const width = ((upper - lower) / span) * cutsOfTime;
  const isInTime = random() * (width + (high - low) / capacity) < width;
  const [from, to] = isInTime ? [lower, upper] : [low, high];
  if (to - from < 2) return;
  const at = from + 1 + Math.floor((0.1 + 0.8 * random()) * (to - from - 1));
  rectangles[index] = isInTime ? [lower, at, low, high] : [lower, upper, low, at];
  rectangles.push(isInTime ? [at, upper, low, high] : [lower, upper, at, high]);
}

function areaOf([lower, upper, low, high]: Rectangle): number {
  return (upper - lower) * (high - low);
}

function shuffled(rectangles: Rectangle[], random: () => number): Rectangle[] {
  for (let i = rectangles.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [rectangles[i], rectangles[j]] = [rectangles[j], rectangles[i]];
  }
  return rectangles;
}
