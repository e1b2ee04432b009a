/** One program in every precision: what its tensors need, and what the tiles of a chip then hold. */
import type { Outcome, Source } from '@tessera-dnn/diagnostics';
import type { StoredFloat } from '@tessera-dnn/language';
import { type MemoryTables, memoryTables } from './memory-tables.ts';
import type { TargetedOptions } from './options.ts';
import { type Tried, tryPlan } from './pipeline.ts';

export interface Stored extends Tried {
  /** In what is stored what the program calls f32. */
  readonly element: StoredFloat;
  /** Nothing is computed again in them unless the options say so. */
  readonly tables: MemoryTables;
}

const elements: readonly StoredFloat[] = ['f32', 'f16', 'bf16'];

/**
 * The program stored in `f32`, `f16` and `bf16`, whatever precision it or the options name, each planned for the chip of the options. Where one of
 * them does not fit, its outcome says so, and the outcome of all is all the same `ok`. It is not where the text cannot be compiled at all.
 */
export function storedInEach(source: Source, options: TargetedOptions): Outcome<readonly Stored[]> {
  const each: Stored[] = [];
  for (const element of elements) {
    const own = { ...options, precision: element };
    const tables = memoryTables(source, { ...own, recompute: options.recompute ?? 'none' });
    if (!tables.ok) return tables;
    each.push({ element, tables: tables.value, ...tryPlan(source, own, 'without-hints') });
  }
  return { ok: true, value: each, diagnostics: [] };
}
