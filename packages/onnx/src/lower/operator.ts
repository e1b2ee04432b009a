/** What an importer must know of an operator of ONNX: how its nodes become calls, for each version that changed what they mean. */
import type { Value } from '../draft/value.ts';
import type { Node } from './node.ts';

/** The results of a node in their order; undefined for one that is never there. */
export type Lower = (node: Node) => Value | readonly (Value | undefined)[];

export interface Operator {
  readonly name: string;
  /** The domain that it belongs to; the empty one is ONNX's own. */
  readonly domain?: string;
  /** How nodes are lowered, by the version of the operator set since which this holds. */
  readonly since: { readonly [version: number]: Lower };
}

/** What holds for nodes of a model that asks for `opset`; undefined if the operator is not that old. */
export function lowerOf({ since }: Operator, opset: number): Lower | undefined {
  const versions = Object.keys(since).map(Number);
  const fitting = versions.filter(version => version <= opset);
  return fitting.length === 0 ? undefined : since[Math.max(...fitting)];
}
