/** The convolution by Winograd's transforms. */
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import * as winograd from '../winograd/vertex.ts';
import { type ConvAttributes, windowAxis } from './convolution.ts';

const use = { outputs: 0, turned: false } as const;

/** Whether the variant is one of Winograd's, and the vertex suits it. */
export function suitsWinograd(k: KernelBuilder, vertex: Vertex<ConvAttributes>): boolean {
  return winograd.suitsWinograd(k, vertex, use);
}

/** Writes the whole kernel of a vertex that `suitsWinograd`. */
export function winogradKernel(k: KernelBuilder, vertex: Vertex<ConvAttributes>): void {
  const { context, box } = vertex;
  const first = [0, 1].map(i => box.start[2 + i] - windowAxis(context.operands, context.attributes, i).low);
  winograd.writeWinograd(k, vertex, use, first);
}
