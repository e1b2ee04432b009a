/** Numbers of which many in a row are the same, one per tile or per element: `[0*3, 16, 4*12]`. */
import { type LineReader, showNumber } from '@tessera-dnn/graph';

/** Writes numbers in runs. 0 and -0 are different numbers here, NaN is equal to itself. */
export function showRuns(values: ArrayLike<number>): string {
  const runs: string[] = [];
  for (let at = 0; at < values.length; ) {
    let end = at + 1;
    while (end < values.length && Object.is(values[end], values[at])) end++;
    runs.push(end - at === 1 ? showNumber(values[at]) : `${showNumber(values[at])}*${end - at}`);
    at = end;
  }
  return `[${runs.join(', ')}]`;
}

/** Exactly `length` numbers; none on a line with a mistake. */
export function readRuns(line: LineReader, length: number): Float64Array {
  const runs = line.list(() => {
    const value = line.number();
    return { value, times: line.accepts('*') ? line.whole('how often', 1) : 1 };
  });
  const found = runs.reduce((sum, { times }) => sum + times, 0);
  if (found !== length || length > mostNumbers) {
    line.fail(`${length} numbers in a list, at most ${mostNumbers}, not ${found},`);
    return new Float64Array(0);
  }
  const values = new Float64Array(length);
  let at = 0;
  for (const { value, times } of runs) values.fill(value, at, (at += times));
  return values;
}

/** What no array is too short for. */
const mostNumbers = 2 ** 31;
