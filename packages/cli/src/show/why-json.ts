/** `tessera why` as JSON. */
import {
  type Plan,
  type Relation,
  type RoundsTaken,
  relationOf,
  roundsTaken,
  type Sharing,
  type VariantChoice,
  variantChoices,
} from '@tessera-dnn/compiler';
import { type Diagnostic, type JsonDiagnostic, jsonOf } from '@tessera-dnn/diagnostics';
import { type BufferId, type Candidate, concerning } from './why-candidates.ts';

export interface JsonWhy {
  readonly source: string;
  readonly chip: string;
  /** The largest first: all candidates, or those that involve the one tensor that was asked about. */
  readonly candidates: readonly JsonCandidate[];
  /** How the two tensors that were asked about relate. There are several pairs if a name stands for several tensors. */
  readonly pairs: readonly (Relation & { readonly tensors: readonly string[] })[];
  /** Of all operations whose kernels have several variants: the one that was taken, and what each costs in modelled cycles. */
  readonly variants: readonly Omit<VariantChoice, 'origin'>[];
  /** The operations that take their operands part by part, as the program does not fit at once: in how many rounds, and along which axes. */
  readonly rounds: readonly RoundsTaken[];
  readonly diagnostics: readonly JsonDiagnostic[];
}

interface JsonCandidate {
  readonly result: string;
  readonly operand: string;
  readonly shared: boolean;
  readonly how: Sharing['how'];
  readonly bytes: number;
  readonly reason: string;
  readonly file?: string;
  readonly line?: number;
}

/** What `tessera why --json` prints. The lists are the buffers of no, one or two names, as in `whyText`. */
export function whyJson(
  { source, chip, tiles, placement, decisions }: Plan,
  candidates: readonly Candidate[],
  [first, second]: readonly (readonly BufferId[])[],
  diagnostics: readonly Diagnostic[],
): JsonWhy {
  const pairs = (second ?? []).flatMap(b => first.map(a => [a, b] as const));
  return {
    source: source.name,
    chip: chip.name,
    candidates: second ? [] : concerning(candidates, first).map(jsonCandidate),
    pairs: pairs.map(([a, b]) => ({
      tensors: [tiles.buffers[a].name, tiles.buffers[b].name],
      ...relationOf(tiles, placement, candidates, a, b),
    })),
    variants: variantChoices(decisions).map(({ origin: _, ...choice }) => choice),
    rounds: roundsTaken(decisions),
    diagnostics: diagnostics.map(jsonOf),
  };
}

function jsonCandidate({ how, result, operandName, bytes, reason, file, line }: Candidate): JsonCandidate {
  return { result, operand: operandName, shared: how !== 'apart', how, bytes, reason, file, line };
}
