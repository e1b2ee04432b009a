/** Flags of the commands that run code, each as the arguments of Commander's `option`. */
import { seconds, seed, threadsOrAuto } from './values.ts';

export const seedFlag = ['--seed <n>', 'decides the first values of variables that have no other', seed, 0] as const;

export const timeLimitFlag = [
  '--time-limit <seconds>',
  'how long code of a .wasm file may run at a time (default: by its cycles)',
  seconds,
] as const;

export const threadsFlag = [
  '--threads <n|auto>',
  'how many threads run it (default: auto, as many as pay here)',
  threadsOrAuto,
] as const;
