/** Finds what `tessera why` speaks of: the pairs of a result and an operand that could share memory, and tensors by their names. */
import { type Plan, placeOf, type Sharing, sharings } from '@tessera-dnn/compiler';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { failed, succeeded } from '../session.ts';
import { suggest } from '../suggest.ts';

export type BufferId = Sharing['operand'];

export interface Candidate extends Sharing {
  readonly operandName: string;
  /** Where the result comes from. */
  readonly file?: string;
  readonly line?: number;
}

/** All candidates of the plan, the largest first. */
export function candidatesOf({ tiles, placement }: Plan): readonly Candidate[] {
  const named = sharings(tiles, placement).map((sharing): Candidate => {
    const { resultBuffer, result, operand } = sharing;
    const own = resultBuffer === undefined ? undefined : tiles.buffers[resultBuffer].origin;
    const place = placeOf(own ?? tiles.moves.find(({ name }) => name === result)?.origin ?? {});
    return { ...sharing, operandName: tiles.buffers[operand].name, file: place?.file, line: place?.line };
  });
  return named.toSorted((a, b) => b.bytes - a.bytes);
}

/** The candidates in which one of `buffers` is the result or the operand; all of them if no buffers are given. */
export function concerning(candidates: readonly Candidate[], buffers: readonly BufferId[] | undefined) {
  return candidates.filter(
    ({ operand, resultBuffer = operand }) =>
      buffers === undefined || buffers.includes(operand) || buffers.includes(resultBuffer),
  );
}

/**
 * For each name the tensors that it stands for: `fc1 matmul` for those of exactly that name, `fc1` for all below that label.
 * `no-such-tensor` if there are none.
 */
export function buffersNamed({ tiles }: Plan, names: readonly string[]): Outcome<readonly (readonly BufferId[])[]> {
  const bearing = (fits: (name: string) => boolean) =>
    tiles.buffers.flatMap((buffer, id) => (fits(buffer.name) ? [id as BufferId] : []));
  const found = names.map(name => {
    const own = bearing(other => other === name);
    return own.length > 0 ? own : bearing(other => other.startsWith(`${name} `) || other.startsWith(`${name}.`));
  });
  const missing = names.find((_, i) => found[i].length === 0);
  if (missing === undefined) return succeeded(found);
  const all = tiles.buffers.map(({ name }) => name);
  const help = suggest(missing, all, '`tessera why` and `tessera memory` show the names');
  return failed('no-such-tensor', `the program has no tensor called ${missing}`, help);
}
