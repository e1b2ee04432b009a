/** What the expressions of a file come to, and the variables that it declares. */
import { operationTable } from '@tessera-dnn/compiler/planning';
import type { Diagnostic, Span } from '@tessera-dnn/diagnostics';
import type { Variable } from '@tessera-dnn/graph';
import { type ast, elaborate, type Load, show, type Value } from '@tessera-dnn/language';
import { isPrelude, placeKey } from './nodes.ts';

/** What an expression came to in one or more calls. */
export interface Seen {
  readonly value: Value;
  /** As it is shown. */
  readonly text: string;
  /** In how many evaluations. */
  times: number;
}

export interface Values {
  readonly diagnostics: readonly Diagnostic[];
  readonly variables: readonly Variable[];
  /** The different values of the expression at a place, in the order in which they were met, at most {@link mostSeen}. */
  readonly at: (place: Span) => readonly Seen[];
}

/** How many different values of one expression are remembered. */
export const mostSeen = 8;

/** Evaluates a file with the parser's diagnostics `syntax`, for its defaults of dimensions. */
export function valuesOf(file: ast.File, syntax: readonly Diagnostic[], load: Load): Values {
  const seen = new Map<string, Seen[]>();
  let variables: readonly Variable[] = [];
  const observer = {
    value: (place: Span, value: Value) => {
      if (value.kind !== 'poison' && value.kind !== 'nothing' && !isPrelude(place)) remember(seen, place, value);
    },
    variables: (all: readonly Variable[]) => {
      variables = all;
    },
  };
  const { diagnostics } = elaborate(file, { table: operationTable, load, syntax, observer });
  return { diagnostics, variables, at: place => seen.get(placeKey(place)) ?? [] };
}

function remember(all: Map<string, Seen[]>, place: Span, value: Value): void {
  const key = placeKey(place);
  const list = all.get(key) ?? [];
  all.set(key, list);
  const text = show(value);
  const known = list.find(one => one.text === text);
  if (known !== undefined) known.times++;
  else if (list.length < mostSeen) list.push({ value, text, times: 1 });
}
