/**
 * Installs the libraries that the benchmark compares Tessera with: packages of 450 MB that nothing else needs. They have a package.json and
 * a lock of their own in this folder, and are installed when they are first used.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const entries = [
  'onnxruntime-web/wasm',
  'protobufjs',
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-backend-wasm',
  'flatbuffers',
];

/** The command that installs them, run in the root of the repository. */
export const installation = 'npm ci --prefix tools/bench';

export function arePeersInstalled(): boolean {
  return entries.every(isInstalled);
}

function isInstalled(entry: string): boolean {
  try {
    require.resolve(entry);
    return true;
  } catch {
    return false;
  }
}

/**
 * Installs them if they are missing. npm's messages go to the standard error, since the benchmark may print JSON on the standard output.
 */
export function installPeers(): void {
  if (arePeersInstalled()) return;
  console.error(`> ${installation}`);
  const { status } = spawnSync('npm', ['ci', '--prefix', import.meta.dirname], {
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`the peers of the benchmark could not be installed: ${installation}`);
}
