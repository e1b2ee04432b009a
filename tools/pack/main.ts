/** `npm run pack`: the tarballs of all packages, the wheel of the Python package and the extension for VS Code, in `out/packages`. */
import { join, relative } from 'node:path';
import { packExtension } from '../editors/vsix.ts';
import { repository } from '../workspace/packages.ts';
import { packAll } from './pack.ts';
import { packWheel } from './wheel.ts';

const folder = join(repository, 'out/packages');
for (const { tarball } of packAll(folder)) console.log(relative(repository, tarball));
const wheel = packWheel(folder);
console.log(wheel === undefined ? 'no wheel: python3 with pip is not here' : relative(repository, wheel));
console.log(relative(repository, await packExtension(folder)));
