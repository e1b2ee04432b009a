/** Which kernel a vertex of a transposed convolution gets: the variant's, unless its numbers do not suit it. */
import type { KernelBuilder, Vertex } from '@tessera/graph';
import type { ConvTransposeAttributes } from './attributes.ts';
import { depthwiseKernel, suitsDepthwise } from './depthwise.ts';
import { gatherKernel, suitsGather } from './gather.ts';
import { genericConvTransposeKernel } from './generic.ts';

export function convTransposeKernel(k: KernelBuilder, vertex: Vertex<ConvTransposeAttributes>): void {
  if (vertex.variant === 'depthwise' && suitsDepthwise(vertex)) depthwiseKernel(k, vertex);
  else if (vertex.variant.startsWith('direct') && suitsGather(vertex)) gatherKernel(k, vertex);
  else genericConvTransposeKernel(k, vertex);
}
