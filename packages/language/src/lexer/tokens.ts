/**
 * The types of tokens. The grammar uses three kinds: words and marks, which the lexer finds; whole bracket groups, which the layout makes
 * (`Parens`, `Brackets`, `Braces`, each with its contents, see `layout.ts`); and categories, which stand for several types at once (`Word`,
 * `Infix`).
 */
import { createToken, type IToken, Lexer, type TokenType } from 'chevrotain';

/** A token of the tree: a bracket group carries its contents, a string its parts. */
export interface Token extends IToken {
  readonly group?: Group;
  readonly parts?: readonly StringPiece[];
}

/** A bracket with its place. */
export type Mark = Pick<IToken, 'image' | 'startOffset'>;

/** A bracket, its partner and everything between them. `close` is absent where the text lacks it, which has been reported. */
export interface Group {
  readonly open: Mark;
  readonly close?: Mark;
  /** The tokens inside. In a body, these include the `Newline` tokens that end something. */
  readonly tokens: readonly Token[];
  /** The offset one past the group's last character. */
  readonly end: number;
  /** Whether the contents were left out because they were nested too deeply. */
  readonly cut: boolean;
}

/** A part of a string: text with escapes resolved, or the group of an interpolation. Offsets are of the whole text. */
export type StringPiece =
  | { readonly kind: 'text'; readonly value: string; readonly start: number; readonly end: number }
  | { readonly kind: 'interpolation'; readonly group: Group; readonly start: number; readonly end: number };

/** The offset one past the token's last character. */
export function endOf(token: Token): number {
  return token.group?.end ?? token.startOffset + token.image.length;
}

/** The same text as a token of another type. */
export function retyped(token: Token, type: TokenType): Token {
  return { ...token, tokenType: type, tokenTypeIdx: type.tokenTypeIdx! };
}

/** Any name or reserved word: where a name is wanted the parser takes either and reports a reserved word itself. */
export const Word = createToken({ name: 'Word', pattern: Lexer.NA });
/** Any operator between two operands. A line that ends or begins with one continues. */
export const Infix = createToken({ name: 'Infix', pattern: Lexer.NA });

/** Letters outside ASCII count as part of the name, so that `größe` is one mistake and not three; `lex` reports it. */
export const Identifier = createToken({
  name: 'Identifier',
  pattern: /[A-Za-z_\u00C0-\u1FFF\u3040-\uD7FF][A-Za-z0-9_\u00C0-\u1FFF\u3040-\uD7FF]*/,
  categories: [Word],
  line_breaks: false,
});

const word = (text: string, ...categories: TokenType[]): TokenType =>
  createToken({ name: text, pattern: text, longer_alt: Identifier, categories });
const reserved = (text: string): TokenType => word(text, Word);
const mark = (name: string, pattern: string, ...categories: TokenType[]): TokenType =>
  createToken({ name, pattern, categories });

export const Import = reserved('import');
export const Const = reserved('const');
export const Block = reserved('block');
export const Model = reserved('model');
export const Train = reserved('train');
export const Optimizer = reserved('optimizer');
export const Let = reserved('let');
export const Var = reserved('var');
export const Param = reserved('param');
export const State = reserved('state');
export const For = reserved('for');
export const In = reserved('in');
export const If = reserved('if');
export const Else = reserved('else');
export const Return = reserved('return');
export const Minimize = reserved('minimize');
export const Expect = reserved('expect');
export const As = reserved('as');
export const True = reserved('true');
export const False = reserved('false');
export const Not = reserved('not');
export const And = word('and', Word, Infix);
export const Or = word('or', Word, Infix);

export const itemWords: readonly TokenType[] = [Import, Const, Block, Model, Train, Optimizer];
export const statementWords: readonly TokenType[] = [Let, Var, Param, State, For, Return, Minimize, Expect];

export const ElementType = createToken({
  name: 'ElementType',
  pattern: /f32|f16|bf16|i32|i8|u8|bool/,
  longer_alt: Identifier,
  categories: [Word],
});

// These words mean something in one place only, and are names everywhere else.
export const Precision = word('precision', Identifier);
export const Using = word('using', Identifier);
export const Clip = word('clip', Identifier);
export const Accumulate = word('accumulate', Identifier);
export const States = word('states', Identifier);
export const Master = word('master', Identifier);
export const Scale = word('scale', Identifier);
export const Peak = word('peak', Identifier);
export const Like = word('like', Identifier);

/** Anything that begins like a number, including letters that follow; `numbers.ts` decides which of these are numbers. */
export const NumberLiteral = createToken({
  name: 'Number',
  pattern: /[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9][0-9_]*)?[A-Za-z0-9_]*/,
});

export const PipeMark = mark('|>', '|>', Infix);
export const Power = mark('**', '**', Infix);
export const Plus = mark('+', '+', Infix);
export const Minus = mark('-', '-', Infix);
export const Times = mark('*', '*', Infix);
export const Slash = mark('/', '/', Infix);
export const Percent = mark('%', '%', Infix);
export const At = mark('@', '@', Infix);
export const Equal = mark('==', '==', Infix);
export const NotEqual = mark('!=', '!=', Infix);
export const LessEqual = mark('<=', '<=', Infix);
export const GreaterEqual = mark('>=', '>=', Infix);
export const Less = mark('<', '<', Infix);
export const Greater = mark('>', '>', Infix);

export const Arrow = mark('->', '->');
export const ColonEquals = mark(':=', ':=');
export const Colon = mark(':', ':');
export const Equals = mark('=', '=');
export const Comma = mark(',', ',');
export const DotDot = mark('..', '..');
export const Dot = mark('.', '.');

export const LeftParen = mark('(', '(');
export const RightParen = mark(')', ')');
export const LeftBracket = mark('[', '[');
export const RightBracket = mark(']', ']');
export const LeftBrace = mark('{', '{');
export const RightBrace = mark('}', '}');

// The layout makes these; the lexer never finds them in the text.
export const Parens = createToken({ name: 'Parens', pattern: Lexer.NA });
export const Brackets = createToken({ name: 'Brackets', pattern: Lexer.NA });
export const Braces = createToken({ name: 'Braces', pattern: Lexer.NA });

export const Newline = createToken({ name: 'Newline', pattern: /\r\n?|\n/, line_breaks: true });
export const Blank = createToken({ name: 'Blank', pattern: /[ \t\f\v\u00A0\uFEFF]+/, group: Lexer.SKIPPED });
export const LineComment = createToken({ name: 'LineComment', pattern: /\/\/[^\r\n]*/ });
/** If it has no end, it runs to the end of the text, which `lex` reports. */
export const BlockComment = createToken({
  name: 'BlockComment',
  pattern: {
    exec: (text, offset) => {
      if (!text.startsWith('/*', offset)) return null;
      const end = text.indexOf('*/', offset + 2);
      return [text.slice(offset, end === -1 ? text.length : end + 2)];
    },
  },
  line_breaks: true,
  start_chars_hint: ['/'],
});
