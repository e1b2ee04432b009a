/**
 * A text's diagnostics, without an artifact. A plan takes thirty times as long as the rest: it is made only for a chip, where the text expects
 * something of its memory, or where tensors are so large that no memory may hold them.
 */
import { type Diagnostic, isError, type Source } from '@tessera-dnn/diagnostics';
import { type Module, tensorBytes } from '@tessera-dnn/graph';
import { check as checkText, elaborate, parse } from '@tessera-dnn/language';
import { differentiate } from '@tessera-dnn/passes';
import { memoryTooLarge } from './memory-too-large.ts';
import { type TargetedOptions, tableOf } from './options.ts';
import { outOfReach } from './out-of-reach.ts';
import { plan } from './pipeline.ts';

/**
 * Errors and warnings of the text and all it imports; a file of blocks alone is fine. With a chip in the options also whether the
 * programs fit there; peaks that programs expect, and whether large programs fit at all, are checked without one too, on `host`. Never throws,
 * whatever the text.
 */
export function check(source: Source, options: TargetedOptions): readonly Diagnostic[] {
  const table = tableOf(options);
  const asked = { table, load: options.load, set: options.set, programs: options.programs };
  const { file, diagnostics } = parse(source);
  const elaborated = diagnostics.some(isError) ? undefined : elaborate(file, asked);
  if (!elaborated?.ok) return checkText(source, asked);
  const impassable = differentiate.check?.(elaborated.value, { table, strict: false }) ?? [];
  const found = [...diagnostics, ...elaborated.diagnostics, ...outOfReach(elaborated.value), ...impassable];
  const expects = elaborated.value.programs.some(({ limits = [] }) => limits.length > 0);
  const asksFit = options.chip !== undefined || mayBeTooLarge(elaborated.value, options);
  const plans = (asksFit || expects) && elaborated.value.programs.length > 0;
  if (!plans || found.some(isError)) return found;
  const planned = plan(source, options);
  // What is expected of a peak does not depend on what a memory can hold; whether it fits a chip does.
  const excess = planned.ok && asksFit ? memoryTooLarge(planned.value) : [];
  return [...planned.diagnostics, ...excess];
}

/**
 * Whether all tensors, each in its own place, take more than a quarter of the memory. Programs below that are sure to fit: gradients and what
 * kernels need beside are not three times as much.
 */
function mayBeTooLarge({ variables, programs }: Module, { backend }: TargetedOptions): boolean {
  const tensors = [...variables, ...programs.flatMap(({ graph }) => graph.nodes)];
  const bytes = tensors.reduce((sum, { type }) => sum + tensorBytes(type), 0);
  return bytes > backend.limits.memoryBytes / 4;
}
