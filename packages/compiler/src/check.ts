/** A text's diagnostics, without an artifact: what `tessera check` says as long as no chip is meant. */
import { type Diagnostic, isError, type Source } from '@tessera/diagnostics';
import { check as checkText, elaborate, parse } from '@tessera/language';
import { ops } from '@tessera/ops';
import { differentiate } from '@tessera/passes';
import type { CompileOptions } from './options.ts';
import { outOfReach } from './out-of-reach.ts';

/** Errors and warnings of the text and all it imports; a file of blocks alone is fine. Never throws, whatever the text. */
export function check(source: Source, options: CompileOptions = {}): readonly Diagnostic[] {
  const asked = { table: ops, load: options.load, set: options.set, programs: options.programs };
  const { file, diagnostics } = parse(source);
  const elaborated = diagnostics.some(isError) ? undefined : elaborate(file, asked);
  if (!elaborated?.ok) return checkText(source, asked);
  const impassable = differentiate.check?.(elaborated.value, { table: ops, strict: false }) ?? [];
  return [...diagnostics, ...elaborated.diagnostics, ...outOfReach(elaborated.value), ...impassable];
}
