/** `npm run pack`: the tarballs of all packages, in `out/packages`. */
import { join, relative } from 'node:path';
import { repository } from '../workspace/packages.ts';
import { packAll } from './pack.ts';

for (const { tarball } of packAll(join(repository, 'out/packages'))) console.log(relative(repository, tarball));
