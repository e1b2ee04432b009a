export * from './define/op.ts';
export * from './define/pick.ts';
export * from './table.ts';
