/** The transposed convolution of stride 1, which is a convolution with turned weights, by Winograd's transforms. */
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { taps } from '../winograd/variants.ts';
import * as winograd from '../winograd/vertex.ts';
import type { ConvTransposeAttributes } from './attributes.ts';

const use = { outputs: 1, turned: true } as const;

/** Whether the variant is one of Winograd's, and the vertex suits it. */
export function suitsWinograd(k: KernelBuilder, vertex: Vertex<ConvTransposeAttributes>): boolean {
  return winograd.suitsWinograd(k, vertex, use);
}

/** Writes the whole kernel of a vertex that `suitsWinograd`. */
export function winogradKernel(k: KernelBuilder, vertex: Vertex<ConvTransposeAttributes>): void {
  const { context, box } = vertex;
  // Result y sums inputs y + p - k over taps k: the last tap comes first.
  const first = context.attributes.padding.map(([low], i) => box.start[2 + i] + low - (taps - 1));
  winograd.writeWinograd(k, vertex, use, first);
}
