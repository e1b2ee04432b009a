/** Chooses the kernel for a vertex of a convolution. */
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import type { ConvAttributes } from './convolution.ts';
import { byteChannelsKernel, depthwiseKernel, suitsByteChannels, suitsDepthwise } from './depthwise.ts';
import { directKernel, suitsDirect } from './direct.ts';
import { genericConvKernel } from './generic.ts';
import { suitsWinograd, winogradKernel } from './winograd.ts';

/** Whether the variant has weights in blocks of output channels, as the direct kernel takes them in any order of their other axes. */
export function hasBlocks({ variant }: Pick<Vertex, 'variant'>): boolean {
  return variant.startsWith('direct') || variant.startsWith('winograd');
}

/** Writes the kernel of the variant, or the generic one if the vertex does not suit it. */
export function convKernel(k: KernelBuilder, vertex: Vertex<ConvAttributes>): void {
  if (vertex.variant === 'depthwise-bytes' && suitsByteChannels(vertex)) byteChannelsKernel(k, vertex);
  else if (vertex.variant === 'depthwise' && suitsDepthwise(vertex)) depthwiseKernel(k, vertex);
  else if (suitsWinograd(k, vertex)) winogradKernel(k, vertex);
  else if (hasBlocks(vertex) && suitsDirect(vertex)) directKernel(k, vertex);
  else genericConvKernel(k, vertex);
}
