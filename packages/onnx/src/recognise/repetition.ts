/**
 * Finds what is repeated: neighbouring parts of the order of values that make the same calls, each of what the part before it made. A part takes one value from
 * the part before and gives one to the next; it may read values from before all parts, which all of them read alike. Such parts become a block and its calls.
 */
import { operandsOf, type RepeatSource, type Value } from '../draft/value.ts';
import { type Calls, callsOf, isSame } from './calls.ts';
import { postOrder } from './reachable.ts';

/** Shorter parts are no shorter as a block. */
const leastPart = 3;
/** Longer ones are looked for only where there are few values. */
const mostComparisons = 4e6;

interface Run {
  /** The first value of the first part. */
  readonly start: number;
  readonly length: number;
  readonly turns: number;
}

/** The results, with repeated parts as one value each. */
export function outlined(results: readonly Value[]): readonly Value[] {
  let now = results;
  // Each round takes the run that saves most; a model has few that differ.
  for (let round = 0; round < 12; round++) {
    const calls = callsOf(postOrder(now));
    const run = bestRun(calls, new Set(now));
    if (run === undefined) return now;
    now = replaced(now, calls, run);
  }
  return now;
}

function bestRun(calls: Calls, results: ReadonlySet<Value>): Run | undefined {
  const count = calls.values.length;
  let best: Run | undefined;
  for (let length = leastPart; 2 * length <= count && length * count <= mostComparisons; length++) {
    for (let start = 0; start + 2 * length <= count; start++) {
      let same = 0;
      while (start + same + length < count && isSame(calls, start + same, length)) same++;
      const found =
        same < length
          ? undefined
          : aligned(calls, results, { start, length, turns: Math.floor(same / length) + 1 }, same);
      if (found !== undefined && saved(found) > saved(best)) best = found;
      start += same;
    }
  }
  return best;
}

function saved(run: Run | undefined): number {
  return run === undefined ? 0 : (run.turns - 1) * run.length;
}

/** The run from the first place within it at which parts are closed. */
function aligned(calls: Calls, results: ReadonlySet<Value>, run: Run, same: number): Run | undefined {
  for (let shift = 0; shift < run.length && same - shift >= run.length; shift++) {
    const turns = Math.floor((same - shift) / run.length) + 1;
    const moved = { ...run, start: run.start + shift, turns };
    if (isClosed(calls, results, moved)) return moved;
  }
  return undefined;
}

/** Whether each part reads of the part before only its last value, and nothing else reads what lies within. */
function isClosed(
  { values, places, readers, ownsWeights }: Calls,
  results: ReadonlySet<Value>,
  { start, length, turns }: Run,
): boolean {
  const end = start + turns * length;
  const first = inputOf({ values, places }, start, length);
  if (first === undefined) return false;
  for (let at = start; at < end; at++) {
    const part = Math.floor((at - start) / length);
    const isLast = (at - start) % length === length - 1;
    const next = start + (part + 1) * length;
    const inside = (reader: number) => reader < next || (isLast && reader < next + length);
    const leaves = isLast && next === end;
    if (!leaves && (results.has(values[at]) || !readers[at].every(inside))) return false;
    if (!ownsWeights(at, start + part * length, next)) return false;
    for (const operand of operandsOf(values[at])) {
      const place = places.get(operand);
      if (place === undefined || place >= start + part * length) continue;
      const before = part === 0 ? operand === first : place === start + part * length - 1;
      // What all parts read is read from before them, and by all alike.
      if (!before && place >= start) return false;
    }
  }
  return true;
}

/** The value that the first part takes from before it where the others take the last one of the part before. */
function inputOf(
  { values, places }: Pick<Calls, 'values' | 'places'>,
  start: number,
  length: number,
): Value | undefined {
  for (let at = start + length; at < start + 2 * length; at++) {
    const operands = operandsOf(values[at]);
    const which = operands.findIndex(operand => places.get(operand) === start + length - 1);
    if (which >= 0) return operandsOf(values[at - length])[which];
  }
  return undefined;
}

function replaced(results: readonly Value[], calls: Calls, { start, length, turns }: Run): readonly Value[] {
  const { values, places } = calls;
  const input = inputOf(calls, start, length)!;
  const parts = Array.from({ length: turns }, (_, part) =>
    values.slice(start + part * length, start + (part + 1) * length),
  );
  const outside = parts[0]
    .flatMap(value => operandsOf(value))
    .filter(operand => operand !== input && (places.get(operand) ?? -1) < start);
  const shared = [...new Set(outside)].filter(({ source }) => source.kind !== 'weight' && source.kind !== 'constant');
  const last = parts[turns - 1][length - 1];
  const source: RepeatSource = { kind: 'repeat', input, shared, parts };
  const made = new Map<Value, Value>([[last, { type: last.type, source, hint: last.hint }]]);
  for (const value of values.slice(start + turns * length)) {
    const operands = operandsOf(value);
    const changed = operands.map(operand => made.get(operand) ?? operand);
    if (changed.some((operand, at) => operand !== operands[at])) made.set(value, withOperands(value, changed));
  }
  return results.map(value => made.get(value) ?? value);
}

function withOperands(value: Value, operands: readonly Value[]): Value {
  const { source } = value;
  if (source.kind === 'call' || source.kind === 'block') return { ...value, source: { ...source, operands } };
  if (source.kind !== 'repeat') return value;
  const [input, ...shared] = operands;
  // The parts read the values by which they are known, so that these keep standing for the new ones.
  const known = new Map([source.input, ...source.shared].map((old, at) => [old, operands[at]]));
  const [first, ...others] = source.parts;
  return {
    ...value,
    source: { ...source, input, shared, parts: [renewed(first, known), ...others.map(part => renewed(part, known))] },
  };
}

/** A part that reads other values from outside. */
function renewed(part: readonly Value[], known: Map<Value, Value>): readonly Value[] {
  return part.map(value => {
    const operands = operandsOf(value);
    const changed = operands.map(operand => known.get(operand) ?? operand);
    const fresh = changed.some((operand, at) => operand !== operands[at]) ? withOperands(value, changed) : value;
    if (fresh !== value) known.set(value, fresh);
    return fresh;
  });
}
