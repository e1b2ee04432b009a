/** The text of the module that holds the prelude. */

export interface PreludeText {
  readonly name: string;
  readonly text: string;
}

/** The module exports one list. The texts are template literals, so that they are easy to read. */
export function embed(files: readonly PreludeText[]): string {
  const entries = files.map(
    ({ name, text }) => `  {\n    name: '<prelude>/${name}',\n    text: \`${escaped(text)}\`,\n  },\n`,
  );
  return `/** The prelude's texts. Written by tools/prelude/embed.ts from packages/language/prelude; do not edit. As long as they are together. */
import type { Source } from '@tessera-dnn/diagnostics';

export const preludeSources: readonly Source[] = [
${entries.join('')}];
`;
}

function escaped(text: string): string {
  return text.replace(/[\\`]|\$\{/g, match => `\\${match}`);
}
