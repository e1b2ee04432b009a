/** A text's diagnostics, without a module: what `tessera check` says as long as no chip is meant. */
import type { Diagnostic, Source } from '@tessera/diagnostics';
import { check as checkText } from '@tessera/language';
import { ops } from '@tessera/ops';
import type { CompileOptions } from './options.ts';

/** Errors and warnings of the text and all it imports; a file of blocks alone is fine. Never throws, whatever the text. */
export function check(source: Source, options: CompileOptions = {}): readonly Diagnostic[] {
  return checkText(source, { table: ops, load: options.load, set: options.set, programs: options.programs });
}
