/** Operators of onnxruntime's own domain, which has one version. */
import type { Lower, Operator } from '../lower/operator.ts';

/** An entry of the table. */
export function microsoft(name: string, lower: Lower): Operator {
  return { name, domain: 'com.microsoft', since: { 1: lower } };
}
