/**
 * The prelude: layers, activations, losses and optimisers, written in the language itself. Most programs use a few of its files, and parsing takes
 * longer than anything else of a small program: a file is parsed when one of its items is first asked for.
 */
import { assertThat, InternalError, type Source } from '@tessera-dnn/diagnostics';
import type { File } from '../ast.ts';
import { parse } from '../parse.ts';
import { preludeSources } from './sources.ts';

/** The file of each item, by the item's name. Items begin at the left edge, since the files are formatted. */
const homes: ReadonlyMap<string, Source> = new Map(
  preludeSources.flatMap(source =>
    Array.from(source.text.matchAll(/^(?:const|block|optimizer) (\w+)/gm), ([, name]) => {
      return [name, source] as const;
    }),
  ),
);

const parsed = new Map<Source, File>();

/** The names of all items of the prelude; no file is parsed for it. */
export function preludeNames(): Iterable<string> {
  return homes.keys();
}

/** The file that declares `name`, parsed; undefined if no file of the prelude does. */
export function preludeFileOf(name: string): File | undefined {
  const source = homes.get(name);
  return source && parsedFile(source);
}

function parsedFile(source: Source): File {
  const known = parsed.get(source);
  if (known !== undefined) return known;
  const { file, diagnostics } = parse(source);
  if (diagnostics.length > 0) throw new InternalError('prelude', diagnostics[0].message, source.name);
  for (const item of file.items) {
    const isKnown = 'name' in item && homes.get(item.name.text) === source;
    assertThat(isKnown, 'prelude', 'an item is not known, or another file has its name', source.name);
  }
  parsed.set(source, file);
  return file;
}
