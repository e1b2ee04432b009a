/** What an operation must say of itself: the contract between operations and all that asks them. */
export * from './bounds.ts';
export * from './call.ts';
export * from './gradient.ts';
export * from './interval.ts';
export * from './op.ts';
export * from './split.ts';
export * from './table.ts';
export * from './vertex.ts';
