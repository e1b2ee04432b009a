/** The prelude as parsed files: layers, activations, losses and optimisers, written in the language itself. */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { File } from '../ast.ts';
import { parse } from '../parse.ts';
import { preludeSources } from './sources.ts';

let parsed: readonly File[] | undefined;

/** The files, which are parsed when they are first asked for. */
export function preludeFiles(): readonly File[] {
  parsed ??= preludeSources.map(source => {
    const { file, diagnostics } = parse(source);
    if (diagnostics.length > 0) throw new InternalError('prelude', diagnostics[0].message, source.name);
    return file;
  });
  return parsed;
}
