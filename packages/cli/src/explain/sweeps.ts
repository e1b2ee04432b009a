/** Sweeps: many plans at once, perhaps on many machines. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const sweeps = [
  {
    code: 'bad-sweep',
    title: 'a sweep that cannot be made sense of',
    text: 'A sweep is a program and, for each setting, the values it is to take: by flags, --set n=1,8,32 --chip gc2,gc200, or in a JSON file, { "source": "net.dnn", "set": { "n": [1, 8, 32] }, "chip": ["gc2", "gc200"] }. Every combination is planned, at most 100,000 of them.',
  },
  {
    code: 'no-redis',
    title: 'a Redis that does not answer',
    text: 'With --redis the points of a sweep wait in Redis (or Valkey) for workers on any number of machines. The address is like redis://name:6379, rediss:// with encryption, and may hold a user and a password. Start one with redis-server --port 6379, on a machine that all others reach.',
  },
  {
    code: 'needs-package',
    title: 'a package that is not installed',
    text: 'What only few need is not installed with Tessera. The message says what to install; nothing else changes by it.',
  },
  {
    code: 'point-lost',
    title: 'a point of a sweep that could not be planned',
    text: 'The thread or worker that planned it ended three times: because memory was at its end (give it less to do at once, with --jobs 1), or by a fault in Tessera. The other points have their answers; the same command tries the lost ones again.',
  },
] as const satisfies readonly Explanation[];
