/** Runs all situations in an engine. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { handMade, manifest } from '../../packages/chip/test/hand-made.ts';
import { type Engine, runIn } from '../browser/chromium.ts';
import type { Situation } from './situation.ts';

/** A file of safetensors with the one weight of that artifact. */
function weight(value: number): Uint8Array {
  const json = new TextEncoder().encode('{"w":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}');
  return Uint8Array.from([json.length, 0, 0, 0, 0, 0, 0, 0, ...json, ...new Uint8Array(Float32Array.of(value).buffer)]);
}

const three = weight(3);
const sha256 = createHash('sha256').update(three).digest('hex');

/** Those of which something else came than should have. */
export async function failuresIn(
  engine: Engine,
  patienceMilliseconds?: number,
): Promise<{ readonly count: number; readonly failures: readonly Situation[] }> {
  const posted = await runIn(
    engine,
    {
      entry: join(import.meta.dirname, 'situations-page.ts'),
      scripts: { '/worker.js': join(import.meta.dirname, 'worker.ts') },
      files: {
        '/hand-made.wasm': handMade(),
        '/called-otherwise': handMade(),
        '/named.wasm': handMade({ ...manifest, weights: { file: 'net.safetensors', bytes: three.length, sha256 } }),
        '/net.safetensors': three,
        '/other.safetensors': weight(4),
      },
    },
    patienceMilliseconds,
  );
  const situations = posted as readonly Situation[];
  return { count: situations.length, failures: situations.filter(({ found, wanted }) => found !== wanted) };
}
