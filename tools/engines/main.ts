/**
 * `npm run engines`: the situations that web developers meet, in the engines of Chromium, Firefox and Safari. An engine that is not installed is skipped, with a word
 * about what is missing. Chromium and Firefox are in the tests too, where they are installed.
 */
import { installable } from './engines.ts';
import { failuresIn } from './run.ts';

for (const { engine, isThere, packages } of installable) {
  if (!isThere) {
    console.log(`– ${engine.name}: skipped, it is not installed (Debian: apt-get install ${packages})`);
    continue;
  }
  try {
    const { count, failures } = await failuresIn(engine, 120_000);
    if (failures.length > 0) process.exitCode = 1;
    console.log(`${failures.length > 0 ? '✗' : '✓'} ${engine.name}: ${count - failures.length} of ${count}`);
    for (const { name, found, wanted } of failures) console.log(`    ${name}: ${found}, not ${wanted}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`✗ ${engine.name}: ${error}`);
  }
}
