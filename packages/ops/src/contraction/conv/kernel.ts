/** Which kernel a vertex of a convolution gets: the variant's, unless its numbers do not suit it. */
import type { KernelBuilder, Vertex } from '@tessera/graph';
import type { ConvAttributes } from './convolution.ts';
import { depthwiseKernel, suitsDepthwise } from './depthwise.ts';
import { directKernel, suitsDirect } from './direct.ts';
import { genericConvKernel } from './generic.ts';

export function convKernel(k: KernelBuilder, vertex: Vertex<ConvAttributes>): void {
  if (vertex.variant === 'depthwise' && suitsDepthwise(vertex)) depthwiseKernel(k, vertex);
  else if (vertex.variant.startsWith('direct') && suitsDirect(vertex)) directKernel(k, vertex);
  else genericConvKernel(k, vertex);
}
