/** Which kernel a vertex of the weights' gradient gets: the variant's, unless its numbers do not suit it. */
import type { KernelBuilder, Vertex } from '@tessera/graph';
import type { WeightGradientAttributes } from './axes.ts';
import { directWeightGradient, suitsDirect } from './direct.ts';
import { genericWeightGradient } from './generic.ts';

export function weightGradientKernel(k: KernelBuilder, vertex: Vertex<WeightGradientAttributes>): void {
  if (vertex.variant !== 'any' && suitsDirect(vertex)) directWeightGradient(k, vertex);
  else genericWeightGradient(k, vertex);
}
