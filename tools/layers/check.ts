/**
 * `npm run layers`: checks the packages against the rules of the architecture, prints the complaints, and exits with 1 if there are any.
 */
import { complaints } from './rules.ts';
import { readWorkspace } from './workspace.ts';

const workspace = readWorkspace();
const found = complaints(workspace);
for (const complaint of found) console.error(complaint);
console.log(
  found.length === 0 ? `${workspace.packages.length} packages in their layers` : `${found.length} complaints`,
);
process.exitCode = found.length === 0 ? 0 : 1;
