/**
 * Starts a command with whatever `node` is on the PATH, whether or not the packages were built:
 * - In a checkout it runs the TypeScript source, whose types Node strips. Installed from a registry, it runs the built files.
 * - A Node that is too old for this (and so for relaxed SIMD) runs the command with the Node that `npm ci` put into node_modules.
 * This file is plain JavaScript that every Node since 20 can read.
 */
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { dirname, join, sep } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Starts the command of the file at `url`. `entry` is the source file that exports its `main` and `processIo`, without an ending. */
export async function start(url, entry) {
  const self = realpathSync(fileURLToPath(url));
  const fromSource = !self.includes(`${sep}node_modules${sep}`);
  const [major] = process.versions.node.split('.').map(Number);
  const capable = fromSource ? Boolean(process.features.typescript && nodeModule.registerHooks) : major >= 22;
  if (!capable) {
    process.exitCode = await handOver(self);
    return;
  }
  nodeModule.enableCompileCache?.();
  if (fromSource) {
    nodeModule.registerHooks({
      resolve: (specifier, context, next) =>
        next(specifier, { ...context, conditions: ['@tessera/source', ...context.conditions] }),
    });
  }
  const { main, processIo } = await import(fromSource ? `../src/${entry}.ts` : `../dist/${entry}.js`);
  process.exitCode = await main(process.argv.slice(2), processIo());
}

/** Runs the file again with the Node in node_modules, which inherits the terminal and gets our signals. Returns its exit code. */
async function handOver(self) {
  const newer = newerNode(self);
  if (newer === undefined || process.env.TESSERA_HANDED_OVER) {
    process.stderr.write(
      `tessera needs Node 22.18 or newer, and this is ${process.version}; \`npm ci\` brings one along\n`,
    );
    return 1;
  }
  const env = { ...process.env, TESSERA_HANDED_OVER: '1' };
  const child = spawn(newer, [self, ...process.argv.slice(2)], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise(resolve => {
    child.on('error', () => resolve(1));
    // For a process that a signal killed, shells report 128 plus the number of the signal.
    child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

function newerNode(self) {
  try {
    const manifest = nodeModule.createRequire(self).resolve('node/package.json');
    return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return undefined;
  }
}
