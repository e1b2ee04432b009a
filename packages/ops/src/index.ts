export { algorithms } from './contraction/winograd/variants.ts';
export * from './define/op.ts';
export * from './define/pick.ts';
export { withOperations } from './extend.ts';
export type { Ops } from './operations.ts';
export { ops } from './table.ts';
