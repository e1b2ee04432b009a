/** Chooses the kernel for a vertex of a matrix product. */
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { dotKernel } from './dot.ts';
import { genericMatmulKernel } from './generic.ts';
import { columnsBlocked, columnsTouch, summedTouches } from './product.ts';
import type { MatmulAttributes } from './shapes.ts';
import { blockedKernel, columnsKernel } from './tiles.ts';

/** Writes the kernel of the variant, or the generic one if the vertex does not suit it. */
export function matmulKernel(k: KernelBuilder, vertex: Vertex<MatmulAttributes>): void {
  const { variant } = vertex;
  const plain = vertex.operands[0].layout.block === undefined;
  if (variant.startsWith('blocked') && plain && columnsBlocked(vertex)) blockedKernel(k, vertex);
  else if (variant === 'columns' && plain && columnsTouch(vertex)) columnsKernel(k, vertex);
  else if (variant === 'dot' && summedTouches(vertex)) dotKernel(k, vertex);
  else genericMatmulKernel(k, vertex);
}
