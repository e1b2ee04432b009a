/** What the page's worker does: plans a text, and says what the pages know of that. */
import { tryPlanWithTables } from '@tessera-dnn/compiler/planning';
import { type JsonDiagnostic, jsonOf, type Source } from '@tessera-dnn/diagnostics';
import { explore } from '../data/explore.ts';
import type { Explored } from '../data/explored.ts';
import { optionsOf, type Settings } from './settings.ts';

/** What is to be planned. Answers carry the sequence of their order: one that is not the last is of no use to anybody. */
export interface Order {
  readonly sequence: number;
  readonly source: Source;
  /** The user's files that it may import, by the names that imports resolve to. */
  readonly files: readonly ImportedText[];
  readonly settings: Settings;
}

/** What an import found. */
export interface ImportedText {
  readonly path: string;
  readonly from: string;
  readonly found: Source;
}

export interface Answer {
  readonly sequence: number;
  /** Absent where the text cannot be compiled. */
  readonly explored?: Explored;
  readonly diagnostics: readonly JsonDiagnostic[];
  /** Why the worker ended before it had an answer; nothing is known of the text then. */
  readonly broken?: string;
  /** How long it took, in milliseconds. */
  readonly milliseconds: number;
}

/** Finds what the order's text imports: among its files, and nowhere else. */
export function loadOf({ files }: Order): (path: string, from: string) => Source | undefined {
  const known = new Map(files.map(({ path, from, found }) => [JSON.stringify([path, from]), found]));
  return (path, from) => known.get(JSON.stringify([path, from]));
}

/** Plans the order's text, whether or not it fits. Sizes of code are guessed, as without the library that makes it. */
export function answer(order: Order): Answer {
  const { sequence, source, settings } = order;
  const start = performance.now();
  const options = { ...optionsOf(settings), load: loadOf(order) };
  const { placed, tables, outcome } = tryPlanWithTables(source, options, 'without-hints');
  const { diagnostics } = outcome;
  return {
    sequence,
    explored: placed && tables ? explore(placed, tables, diagnostics) : undefined,
    diagnostics: diagnostics.map(jsonOf),
    milliseconds: performance.now() - start,
  };
}
