export * from './stand-ins.ts';
