export * from './instantiate.ts';
