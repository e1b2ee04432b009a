/**
 * The formatter. It parses the text into a tree and comments, makes a document of the tree, and lays the document out as text. It changes
 * line breaks, spaces, parentheses without effect and commas before closing brackets, and nothing else.
 */
import { assertThat, isError, type Outcome, type Source } from '@tessera-dnn/diagnostics';
import { attach } from './format/comments.ts';
import { layOutDocument } from './format/document.ts';
import { fileDocument } from './format/items.ts';
import { Printer } from './format/printer.ts';
import { type ParsedWithComments, parseAnyLength, parseWithComments } from './parse.ts';

const width = 100;
/**
 * When a comment has moved, a line that it kept broken may fit on one line. So the result is formatted again until it no longer changes, at
 * most this often.
 */
const mostRounds = 5;

/**
 * Formats a `.dnn` text; `name` stands for it in diagnostics. A text with syntax errors is not formatted. Formatting
 * the result again changes nothing.
 */
export function formatSource(text: string, name = '<text>'): Outcome<string> {
  let formatted = text;
  for (let round = 0; round < mostRounds; round++) {
    const source = { name, text: formatted };
    const outcome = formatOnce(source, round === 0 ? parseWithComments(source) : parseAnyLength(source));
    if (!outcome.ok) {
      assertThat(round === 0, 'format', 'the formatted text has syntax errors', name);
      return outcome;
    }
    formatted = outcome.value;
    if (formatted === source.text) break;
  }
  return { ok: true, value: formatted, diagnostics: [] };
}

function formatOnce(source: Source, { file, comments, diagnostics }: ParsedWithComments): Outcome<string> {
  // A file with nothing but comments is an error for the compiler, but it is formatted all the same.
  if (diagnostics.some(one => isError(one) && one.code !== 'empty-file')) return { ok: false, diagnostics };
  const printer = new Printer(source, attach(file, comments));
  const document = fileDocument(printer, file);
  assertThat(printer.printed === comments.length, 'format', 'a comment was lost', source.name);
  return { ok: true, value: layOutDocument(document, width), diagnostics: [] };
}
