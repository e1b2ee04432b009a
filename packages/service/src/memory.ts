/** How much of a chip's memory each line takes: of the fullest tile, at its fullest moment. It needs a plan, which takes a while for a large network. */
import { type Plan, plan, userSpan } from '@tessera-dnn/compiler/planning';
import { type Diagnostic, positionOf } from '@tessera-dnn/diagnostics';
import type { ChipSpec } from '@tessera-dnn/machine';
import type { Document, Workspace } from './workspace.ts';

export interface LineMemory {
  /** From 0 on. */
  readonly line: number;
  readonly bytes: number;
  /** Of all that the tile holds then, from 0 to 1. */
  readonly share: number;
}

export interface DocumentMemory {
  /** The lines of the document that hold something, in their order. The rest is that of other files, tables, code and gaps. */
  readonly lines: readonly LineMemory[];
  /** What the fullest tile holds, and which tile that is; absent where there is no plan. */
  readonly peak?: { readonly tile: number; readonly bytes: number };
  /** What is wrong, if there is no plan: that it does not fit, say. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Plans the document for a chip. Sizes of code are guessed; those of tensors are exact. */
export function memoryOf(workspace: Workspace, { source }: Document, chip: ChipSpec): DocumentMemory {
  const outcome = plan(source, { chip, load: workspace.load });
  if (!outcome.ok) return { lines: [], diagnostics: outcome.diagnostics };
  const { report } = outcome.value;
  const { tile } = report.peak;
  const lines = linesOf(outcome.value, source.name);
  return {
    lines: [...lines]
      .sort(([a], [b]) => a - b)
      .map(([line, bytes]) => ({ line, bytes, share: bytes / report.peakBytes })),
    peak: { tile, bytes: report.peakBytes },
    diagnostics: [],
  };
}

/** Bytes by line of the file called `name`. */
function linesOf({ tiles: { buffers }, report: { peak } }: Plan, name: string): ReadonlyMap<number, number> {
  const lines = new Map<number, number>();
  const add = (buffer: number, bytes: number) => {
    const place = userSpan(buffers[buffer].origin);
    if (place?.source.name !== name || bytes === 0) return;
    const line = positionOf(place.source, place.start).line - 1;
    lines.set(line, (lines.get(line) ?? 0) + bytes);
  };
  buffers.forEach(({ resident, bytes }, buffer) => {
    if (resident) add(buffer, bytes[peak.tile]);
  });
  for (const { buffer, bytes } of peak.live) add(buffer, bytes);
  return lines;
}
