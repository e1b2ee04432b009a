/** Targets in bytes that `recompute` was asked for and that no choice of what to compute again meets. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import type { Module } from '@tessera-dnn/graph';
import { peakBytesOf } from '@tessera-dnn/passes';
import type { Code } from './explain/catalogue.ts';
import { bytesText } from './live.ts';
import { type CompileOptions, tableOf } from './options.ts';

/** A warning for every program of `module`, which all passes have seen, whose tensors take more than the target. */
export function missedTargets({ programs }: Module, options: CompileOptions): readonly Diagnostic<Code>[] {
  const target = options.recompute;
  if (typeof target !== 'number') return [];
  return programs.flatMap(({ kind, name, graph, origin }) => {
    if (kind !== 'model' && kind !== 'train') return [];
    const peakBytes = peakBytesOf(graph, tableOf(options));
    if (peakBytes <= target) return [];
    const message = `the tensors of ${name} take ${bytesText(peakBytes)} at their peak, not ${bytesText(target)}: computing values again saves no more`;
    return [{ code: 'recompute-missed', severity: 'warning', message, span: origin.span } as const];
  });
}
