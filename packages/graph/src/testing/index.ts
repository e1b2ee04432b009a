export * from './calls.ts';
export * from './random-graphs.ts';
export * from './stand-ins.ts';
