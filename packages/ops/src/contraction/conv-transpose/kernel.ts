/** Chooses the kernel for a vertex of a transposed convolution. */
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { hasBlocks } from '../conv/kernel.ts';
import type { ConvTransposeAttributes } from './attributes.ts';
import { depthwiseKernel, suitsDepthwise } from './depthwise.ts';
import { gatherKernel, suitsGather } from './gather.ts';
import { genericConvTransposeKernel } from './generic.ts';
import { suitsWinograd, winogradKernel } from './winograd.ts';

/** Writes the kernel of the variant, or the generic one if the vertex does not suit it. */
export function convTransposeKernel(k: KernelBuilder, vertex: Vertex<ConvTransposeAttributes>): void {
  if (vertex.variant === 'depthwise' && suitsDepthwise(vertex)) depthwiseKernel(k, vertex);
  else if (suitsWinograd(k, vertex)) winogradKernel(k, vertex);
  else if (hasBlocks(vertex) && suitsGather(vertex)) gatherKernel(k, vertex);
  else genericConvTransposeKernel(k, vertex);
}
