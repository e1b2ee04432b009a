/** A text's diagnostics, without an artifact. A plan is made only for a chip, or where the text expects something of its memory. */
import { type Diagnostic, isError, type Source } from '@tessera/diagnostics';
import { check as checkText, elaborate, parse } from '@tessera/language';
import { ops } from '@tessera/ops';
import { differentiate } from '@tessera/passes';
import { memoryTooLarge } from './memory-too-large.ts';
import type { CompileOptions } from './options.ts';
import { outOfReach } from './out-of-reach.ts';
import { plan } from './pipeline.ts';

/**
 * Errors and warnings of the text and all it imports; a file of blocks alone is fine. With a chip in the options also whether the
 * programs fit there; peaks that programs expect are checked without one too, on `host`. Never throws, whatever the text.
 */
export function check(source: Source, options: CompileOptions = {}): readonly Diagnostic[] {
  const asked = { table: ops, load: options.load, set: options.set, programs: options.programs };
  const { file, diagnostics } = parse(source);
  const elaborated = diagnostics.some(isError) ? undefined : elaborate(file, asked);
  if (!elaborated?.ok) return checkText(source, asked);
  const impassable = differentiate.check?.(elaborated.value, { table: ops, strict: false }) ?? [];
  const found = [...diagnostics, ...elaborated.diagnostics, ...outOfReach(elaborated.value), ...impassable];
  const expects = elaborated.value.programs.some(({ limits = [] }) => limits.length > 0);
  const plans = (options.chip !== undefined || expects) && elaborated.value.programs.length > 0;
  if (!plans || found.some(isError)) return found;
  const planned = plan(source, options);
  // What is expected of a peak does not depend on what a memory can hold; whether it fits a chip does.
  const excess = planned.ok && options.chip !== undefined ? memoryTooLarge(planned.value) : [];
  return [...planned.diagnostics, ...excess];
}
