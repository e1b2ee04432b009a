export * from './instantiate.ts';
export * from './peak.ts';
