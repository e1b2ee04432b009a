/** All operators that are imported. An operator is one entry here, or in the list of its family. */
import type { Operator } from '../lower/operator.ts';
import { binaryOperators } from './binary.ts';
import { conv } from './conv.ts';
import { gemm } from './gemm.ts';
import { matmul } from './matmul.ts';
import { pools } from './pool.ts';
import { shapes } from './shape.ts';
import { unaryOperators } from './unary.ts';

export const operators: readonly Operator[] = [
  ...unaryOperators,
  ...binaryOperators,
  matmul,
  gemm,
  conv,
  ...pools,
  ...shapes,
];

const byName = new Map(operators.map(operator => [`${operator.domain ?? ''}.${operator.name}`, operator]));

/** The operator of this name in a domain. */
export function findOperator(domain: string, name: string): Operator | undefined {
  return byName.get(`${domain === 'ai.onnx' ? '' : domain}.${name}`);
}
