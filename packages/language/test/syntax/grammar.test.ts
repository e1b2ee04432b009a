/** What the parser makes of a text: trees in prefix notation, or diagnostics with what was recovered. */
import { parse } from '@tessera-dnn/language';
import { testGoldens } from './golden.ts';
import { showFile } from './tree.ts';

testGoldens('grammar', text => {
  const { file, diagnostics } = parse({ name: 'case.dnn', text });
  const lines = diagnostics.map(({ code, span }) => `${code} at "${text.slice(span!.start, span!.end)}"`);
  return [...lines, showFile(file)].join('\n');
});
