/** A process that runs a chip on threads, both ways, and disposes of nothing. */
import { load } from '@tessera-dnn/chip';
import { handMade } from './hand-made.ts';

const chip = await load(handMade(), { threads: 3 });
const rounds = Int32Array.of(10);
const [who] = chip.run('share', { rounds })['who'];
const [again] = (await chip.runAsync('share', { rounds }))['who'];
console.log(who >= 1 && again >= 1, chip.threads);
