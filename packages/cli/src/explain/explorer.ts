/** What keeps the explorer from being served. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const explorer = [
  {
    code: 'no-port',
    title: 'a port that cannot be had',
    text: '`tessera explore` listens at a port of this machine, from which a browser gets its page. Another program listens there already, or the system does not allow it: --port 0, or none, takes one that is free.',
  },
] as const satisfies readonly Explanation[];
