/** Chooses the kernel for a vertex of `conv_weight_gradient`. */
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import type { WeightGradientAttributes } from './axes.ts';
import { directWeightGradient, suitsDirect } from './direct.ts';
import { genericWeightGradient } from './generic.ts';

/** Writes the direct kernel, or the generic one if the vertex does not suit it. */
export function weightGradientKernel(k: KernelBuilder, vertex: Vertex<WeightGradientAttributes>): void {
  if (vertex.variant !== 'any' && suitsDirect(vertex)) directWeightGradient(k, vertex);
  else genericWeightGradient(k, vertex);
}
