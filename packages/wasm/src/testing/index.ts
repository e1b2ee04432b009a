export * from '../instantiate.ts';
