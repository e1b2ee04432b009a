/**
 * `npm run pack`: the tarballs of all packages, the wheel of the Python package and the extension for VS Code, in `out/packages`. With `--check` the
 * tarballs are tried as others use them.
 */
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { packExtension } from '../editors/vsix.ts';
import { repository } from '../workspace/packages.ts';
import { checkPackages } from './check/check.ts';
import { packAll } from './pack.ts';
import { packWheel } from './wheel.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean' } } });
const folder = join(repository, 'out/packages');
const packed = packAll(folder);
for (const { tarball } of packed) console.log(relative(repository, tarball));
const wheel = packWheel(folder);
console.log(wheel === undefined ? 'no wheel: python3 with pip is not here' : relative(repository, wheel));
console.log(relative(repository, await packExtension(folder)));
if (values.check && !(await checkPackages(packed))) process.exitCode = 1;
