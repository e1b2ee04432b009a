/**
 * What a sweep answers: the front of bytes against cycles, the smallest chip, the largest value of a dimension. Points are compared only with
 * those that compute the same: the same program with the same constants and dimensions.
 */
import type { Axis } from './axes.ts';
import type { Answer } from './job.ts';
import type { Point, Sweep } from './points.ts';

export interface Solved {
  readonly point: Point;
  readonly answer: Answer;
}

export type Fitting = Solved & { readonly answer: Extract<Answer, { readonly kind: 'fits' }> };

/** The cycles of one run of the point's program, or of its longest one. */
export function cyclesOf({ answer }: Fitting): number {
  return Math.max(...answer.cycles.map(({ cycles }) => cycles));
}

/** Whether the plan fits on its chip. */
export function fits(solved: Solved): solved is Fitting {
  return solved.answer.kind === 'fits';
}

/** Points that share the values of some axes. */
export interface Group {
  /** The values they share, of the axes by which they were grouped. */
  readonly at: readonly { readonly axis: Axis; readonly value: string }[];
  readonly members: readonly Solved[];
}

/** The axes that say what is computed. */
export function isWork({ kind, name }: Axis): boolean {
  return kind === 'set' || name === 'program';
}

/** The axes that say on what chip. */
export function isOfChip({ kind, name }: Axis): boolean {
  return kind === 'setting' && ['chip', 'tiles', 'sram', 'workers'].includes(name);
}

/** Groups by the values of the axes that `keeps` names, in the order of their first points. */
export function groupsBy({ axes }: Sweep, solved: readonly Solved[], keeps: (axis: Axis) => boolean): readonly Group[] {
  const groups = new Map<string, { at: Group['at']; members: Solved[] }>();
  const kept = axes.flatMap((axis, i) => (keeps(axis) ? [{ axis, i }] : []));
  for (const each of solved) {
    const at = kept.map(({ axis, i }) => ({ axis, value: each.point.at[i] }));
    const key = JSON.stringify(at.map(({ value }) => value));
    const group = groups.get(key);
    if (group) group.members.push(each);
    else groups.set(key, { at, members: [each] });
  }
  return [...groups.values()];
}

/** A front, and what its points compute. */
export interface Front {
  readonly at: Group['at'];
  /** From the fewest bytes to the fewest cycles. */
  readonly points: readonly Fitting[];
}

/** For each work: the points that fit and that no other beats in the bytes of the fullest tile and in cycles. Of equal points the first. */
export function frontsOf(sweep: Sweep, solved: readonly Solved[]): readonly Front[] {
  return groupsBy(sweep, solved, isWork).map(({ at, members }) => ({ at, points: frontOf(members.filter(fits)) }));
}

function frontOf(points: readonly Fitting[]): readonly Fitting[] {
  const ordered = [...points].sort((a, b) => a.answer.peakBytes - b.answer.peakBytes || cyclesOf(a) - cyclesOf(b));
  let least = Number.POSITIVE_INFINITY;
  return ordered.filter(point => {
    if (cyclesOf(point) >= least) return false;
    least = cyclesOf(point);
    return true;
  });
}

/** The SRAM of all tiles of a chip. */
export function chipBytes({ point }: Solved): number {
  return point.chip.tiles * point.chip.sramBytes;
}

/** Where a program fits best; where it fits nowhere, the point that lacks the fewest bytes. */
export interface Smallest {
  readonly at: Group['at'];
  readonly best: Fitting | undefined;
  readonly nearest: { readonly point: Point; readonly missingBytes: number } | undefined;
}

/** For each work: the point on the chip with the least SRAM, of these the fastest. */
export function smallestChips(sweep: Sweep, solved: readonly Solved[]): readonly Smallest[] {
  return groupsBy(sweep, solved, isWork).map(({ at, members }) => {
    const best = members.filter(fits).sort((a, b) => chipBytes(a) - chipBytes(b) || cyclesOf(a) - cyclesOf(b))[0];
    const missing = members.flatMap(({ point, answer }) =>
      answer.kind === 'too-large' && answer.peakBytes !== undefined
        ? [{ point, missingBytes: answer.peakBytes - point.chip.sramBytes }]
        : [],
    );
    return { at, best, nearest: missing.sort((a, b) => a.missingBytes - b.missingBytes)[0] };
  });
}

/** For each program and chip: the point with the largest value of `axis`, of these the fastest; absent where none fits. */
export function largestValues(
  sweep: Sweep,
  solved: readonly Solved[],
  axis: Axis,
): readonly { readonly at: Group['at']; readonly best: Fitting | undefined }[] {
  const i = sweep.axes.indexOf(axis);
  const others = (other: Axis) => other !== axis && (isWork(other) || isOfChip(other));
  const having = solved.filter(({ point }) => point.at[i] !== '');
  return groupsBy(sweep, having, others).map(({ at, members }) => ({
    at,
    best: members
      .filter(fits)
      .sort((a, b) => Number(b.point.at[i]) - Number(a.point.at[i]) || cyclesOf(a) - cyclesOf(b))[0],
  }));
}

/** The dimensions and constants of which there is a largest: numbers, more than one. */
export function numericAxes({ axes }: Sweep): readonly Axis[] {
  return axes.filter(
    ({ kind, values }) => kind === 'set' && values.length > 1 && values.every(value => Number.isFinite(Number(value))),
  );
}
