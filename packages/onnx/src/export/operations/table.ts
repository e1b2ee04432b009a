/** How each operation is written in ONNX: one row an operation. What has no row here is refused by its name. */
import type { Export } from '../operator.ts';
import { contractions } from './contraction.ts';
import { elementwise } from './elementwise.ts';
import { indexing } from './indexing.ts';
import { movements } from './movement.ts';
import { quantization } from './quantization.ts';
import { reductions } from './reductions.ts';
import { windows } from './windows.ts';

const exports: ReadonlyMap<string, Export> = new Map(
  [elementwise, contractions, windows, reductions, movements, indexing, quantization].flatMap(Object.entries),
);

/** What writes this operation; undefined if nothing does. */
export function exportOf(op: string): Export | undefined {
  return exports.get(op);
}

/** The names of the operations that are written. */
export const exportedOperations: readonly string[] = [...exports.keys()];
