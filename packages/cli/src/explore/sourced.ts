/** What the explorer's page begins with: the program and all that it imports, as the files say it now. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type CompileOptions, frontEnd } from '@tessera-dnn/compiler';
import type { Source } from '@tessera-dnn/diagnostics';
import { importedName, importLoader } from '../files/source.ts';
import type { Io } from '../io.ts';
import { type ImportedFile, recording } from '../sweep/job.ts';
import type { Sourced } from './server.ts';

/** The page's content is what is `beside`, the text, and the files that it imports. */
export function sourcedOf(
  io: Io,
  program: Source,
  options: Pick<CompileOptions, 'set' | 'programs'>,
  beside: object,
): Sourced {
  const imports: ImportedFile[] = [];
  frontEnd(program, { ...options, load: recording(importLoader(io, program), imports) });
  const files = imports.flatMap(({ path, from, found }) => (found && 'text' in found ? [{ path, from, found }] : []));
  // One that is not there yet, too: somebody writes the `import` first, and then the file.
  const imported = imports.map(({ path, from }) => resolve(io.folder, importedName(path, from)));
  const watched = [resolve(io.folder, program.name), ...imported.filter(path => existsSync(dirname(path)))];
  return { content: { ...beside, name: program.name, text: program.text, files }, watched };
}
