/** All `.dnn` texts of the repository. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

export interface Program {
  readonly name: string;
  readonly text: string;
}

export const corpus: readonly Program[] = [
  'packages/*/{prelude,src,test}/**/*.dnn',
  'examples/**/*.dnn',
  'docs/**/*.dnn',
]
  .flatMap(pattern => globSync(pattern, { cwd: root, exclude: path => path.includes('node_modules') }))
  .sort()
  .map(name => ({ name, text: readFileSync(`${root}/${name}`, 'utf8') }));

/** The program of `syntax/corpus` that uses every form of the language. */
export const everything: string = corpus.find(({ name }) => name.endsWith('corpus/everything.dnn'))!.text;
