/** All operators that are imported. An operator is one entry here, or in the list of its family. */
import type { Operator } from '../lower/operator.ts';
import { activations } from './activations.ts';
import { arcs } from './arc.ts';
import { argReductions } from './arg.ts';
import { binaryOperators } from './binary.ts';
import { casts } from './cast.ts';
import { constants } from './constants.ts';
import { control } from './control.ts';
import { conv } from './conv.ts';
import { convTranspose } from './conv-transpose.ts';
import { cumsum } from './cumsum.ts';
import { det } from './det.ts';
import { einsum } from './einsum.ts';
import { gathers } from './gather.ts';
import { gemm } from './gemm.ts';
import { gridSample } from './grid-sample.ts';
import { hyperbolics } from './hyperbolic.ts';
import { losses } from './losses.ts';
import { masks } from './masks.ts';
import { matmul } from './matmul.ts';
import { movements } from './movement.ts';
import { norms } from './norms.ts';
import { pad } from './pad.ts';
import { pools } from './pool.ts';
import { quantizations } from './quantize.ts';
import { recurrent } from './recurrent.ts';
import { reductions } from './reduce.ts';
import { resizes } from './resize.ts';
import { round } from './round.ts';
import { scatters } from './scatter.ts';
import { selections } from './select.ts';
import { sequences } from './sequences.ts';
import { shapes } from './shape.ts';
import { signals } from './signal.ts';
import { slice } from './slice.ts';
import { softmaxes } from './softmax.ts';
import { topK } from './top-k.ts';
import { unaryOperators } from './unary.ts';
import { variadicOperators } from './variadic.ts';
import { signalWindows } from './windows.ts';

export const operators: readonly Operator[] = [
  ...unaryOperators,
  ...binaryOperators,
  ...variadicOperators,
  ...activations,
  ...selections,
  ...casts,
  matmul,
  gemm,
  conv,
  ...pools,
  ...reductions,
  ...argReductions,
  ...softmaxes,
  ...norms,
  ...losses,
  ...shapes,
  ...movements,
  slice,
  ...gathers,
  ...scatters,
  ...constants,
  ...control,
  convTranspose,
  cumsum,
  det,
  einsum,
  gridSample,
  ...hyperbolics,
  ...arcs,
  ...masks,
  pad,
  ...quantizations,
  ...recurrent,
  ...resizes,
  round,
  ...sequences,
  ...signals,
  topK,
  ...signalWindows,
];

const byName = new Map(operators.map(operator => [`${operator.domain ?? ''}.${operator.name}`, operator]));

/** The operator of this name in a domain. */
export function findOperator(domain: string, name: string): Operator | undefined {
  return byName.get(`${domain === 'ai.onnx' ? '' : domain}.${name}`);
}

/** An operator that is imported, as documentation. */
export interface ImportedOperator {
  readonly name: string;
  /** The empty text for ONNX's own. */
  readonly domain: string;
  /** The versions of the operator set since which it is lowered in another way. */
  readonly since: readonly number[];
}

/** All operators that are imported, by name. */
export const importedOperators: readonly ImportedOperator[] = describedOperators(operators);

/** What documentation says of operators, by name. */
export function describedOperators(all: readonly Operator[]): readonly ImportedOperator[] {
  return all
    .map(({ name, domain = '', since }) => ({ name, domain, since: Object.keys(since).map(Number) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
