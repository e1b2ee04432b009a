/** Runs in a worker of a page. */
import { load } from '@tessera-dnn/chip';

const chip = await load(new URL('/hand-made.wasm', location.origin), { seed: 3 });
const { y } = await chip.runAsync('scale', { x: Float32Array.of(1.5, -2), flip: 0 });
postMessage([...y]);
