/** Dead code elimination. After: every node but the inputs is needed by an output or an update. */
import { prune } from '@tessera-dnn/graph';
import { mapGraphs, type Stage } from './stage.ts';

export const dead: Stage = {
  name: 'dead',
  doc: 'drops what no output and no update needs',
  run: module => mapGraphs(module, prune),
};
