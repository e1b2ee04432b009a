/**
 * `npm run release -- 0.2.0`: gives everything the new version, and the newest part of the changelog its name. It commits and publishes nothing: it says what is left
 * to do.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../workspace/packages.ts';
import { isLater, places, released, setVersion, versionsIn } from './version.ts';

const [version = ''] = process.argv.slice(2);
const [now] = versionsIn(places()[0]);
const changelog = join(repository, 'CHANGELOG.md');
const changed = released(readFileSync(changelog, 'utf8'), version);

if (!isLater(version, now)) fail(`give a version after ${now}, as npm run release -- 0.2.0`);
else if (changed === undefined) fail('CHANGELOG.md has nothing new since the last version');
else {
  setVersion(version);
  writeFileSync(changelog, changed);
  console.log(`${now} → ${version}. Then:

  npm test && npm run pack -- --check
  git commit -am "Version ${version}" && git tag v${version}
  for file in out/packages/*.tgz; do npm publish --access public "$file"; done
`);
}

function fail(reason: string): void {
  console.error(reason);
  process.exitCode = 1;
}
