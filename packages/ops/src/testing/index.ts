export * from './agreement.ts';
export * from './functions.ts';
export * from './instance.ts';
export * from './kernel-run.ts';
export * from './whole.ts';
