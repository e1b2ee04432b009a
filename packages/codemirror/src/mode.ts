/** Colours by the lexer's vocabulary: a word that is added there is coloured here. */
import { StreamLanguage, type StringStream } from '@codemirror/language';
import { ast, reservedWords, vocabulary } from '@tessera-dnn/language';

const elements: ReadonlySet<string> = new Set(ast.elementTypes);
const reserved: ReadonlySet<string> = new Set(reservedWords);
const logical: ReadonlySet<string> = new Set(['and', 'or', 'not']);
const constants: ReadonlySet<string> = new Set(['true', 'false']);
const declaring: ReadonlySet<string> = new Set([
  'const',
  'block',
  'model',
  'train',
  'optimizer',
  'let',
  'var',
  'param',
  'state',
]);

/** The marks of the language between operands, the longest first. */
const operators = vocabulary
  .flatMap(({ PATTERN: mark }) => (typeof mark === 'string' && /^[^\w\s()[\]{},.:]/.test(mark) ? [mark] : []))
  .toSorted((a, b) => b.length - a.length);

interface State {
  /** Whether a block comment is open. */
  comment: boolean;
  /** The last word or mark of the line. */
  last: string;
}

/** The language as CodeMirror has it: tokens only. */
export const dnnLanguage = StreamLanguage.define<State>({
  name: 'dnn',
  startState: () => ({ comment: false, last: '' }),
  copyState: state => ({ ...state }),
  languageData: {
    commentTokens: { line: '//', block: { open: '/*', close: '*/' } },
    closeBrackets: { brackets: ['(', '[', '{', '"'] },
  },
  token: (stream, state) => {
    if (stream.sol()) state.last = '';
    if (state.comment || stream.match('/*')) return blockComment(stream, state);
    if (stream.eatSpace()) return null;
    if (stream.match('//')) {
      stream.skipToEnd();
      return 'lineComment';
    }
    if (stream.match(/^"(?:\\.|[^"\\])*"?/)) return 'string';
    if (stream.match(/^\d\w*(?:\.\d\w*)?/)) return 'number';
    const word = stream.match(/^[A-Za-z_]\w*/);
    if (Array.isArray(word)) return ofWord(word[0], stream, state);
    return mark(stream, state);
  },
});

function blockComment(stream: StringStream, state: State): string {
  state.comment = !stream.match(/^.*?\*\//);
  if (state.comment) stream.skipToEnd();
  return 'blockComment';
}

function ofWord(word: string, stream: StringStream, state: State): string {
  const before = state.last;
  state.last = word;
  if (elements.has(word)) return 'typeName';
  if (logical.has(word)) return 'operatorKeyword';
  if (constants.has(word)) return 'bool';
  if (reserved.has(word)) return declaring.has(word) ? 'definitionKeyword' : 'controlKeyword';
  if (declaring.has(before)) return 'variableName.definition';
  if (before === 'as') return 'labelName';
  if (before === '|>' || before === 'using' || stream.match(/^\s*\(/, false)) return 'variableName.function';
  return stream.match(/^\s*:(?!=)/, false) ? 'propertyName' : 'variableName';
}

function mark(stream: StringStream, state: State): string | null {
  const found = operators.find(one => stream.match(one) === true);
  state.last = found ?? stream.next() ?? '';
  return found === undefined ? 'punctuation' : 'operator';
}
