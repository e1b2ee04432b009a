/** Kernels that belong to no operation: of fused nodes, of copies and fills. And what a row says of itself. */
export { recordVertex } from '../record-vertex.ts';
export { recordCopy, recordFill } from './copy.ts';
export type { CopyLoop, CopyNest, FillNest } from './copy-nest.ts';
export * from './row-attributes.ts';
export { type RowSpace, rowBox, rowCombine, rowSpace } from './row-space.ts';
