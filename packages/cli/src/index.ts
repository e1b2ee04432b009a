export { type Io, processIo, type Stream } from './io.ts';
export { main } from './main.ts';
