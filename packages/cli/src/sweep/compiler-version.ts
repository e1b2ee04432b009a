/** Which compiler this is: an answer that another one gave is not kept for it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A hash of the code of all packages, which lie side by side: as sources in a checkout, built where they are installed. Both are read, so that a
 * change made a minute ago counts.
 */
export function compilerVersion(): string {
  const entry = fileURLToPath(import.meta.resolve('@tessera-dnn/compiler'));
  const kind = basename(dirname(entry));
  const packages = dirname(dirname(dirname(entry)));
  const hash = createHash('sha256').update(kind);
  for (const name of readdirSync(packages).sort()) {
    for (const folder of [kind, 'prelude']) hashFolder(join(packages, name, folder), hash);
  }
  return hash.digest('hex').slice(0, 16);
}

function hashFolder(folder: string, hash: ReturnType<typeof createHash>): void {
  let names: readonly string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return;
  }
  const code = names.filter(name => /(?<!\.d)\.(ts|js|dnn)$/.test(name)).sort();
  for (const name of code) hash.update(name).update(readFileSync(join(folder, name)));
}
