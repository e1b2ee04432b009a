/**
 * The parser's messages. Chevrotain asks for a message where it notices a mistake. It gets an {@link Expectation} as JSON, since only
 * `report.ts` knows the piece and can say what was found instead.
 */
import { type IParserErrorMessageProvider, type TokenType, tokenMatcher } from 'chevrotain';
import type { Code } from '../explain/catalogue.ts';
import { StringLiteral } from '../lexer/strings.ts';
import * as t from '../lexer/tokens.ts';

/** What a rule expected, for messages such as `expected ${what}, found …`. */
export interface Expectation {
  readonly code: Code;
  /** Absent if there is a whole `message`. */
  readonly what?: string;
  readonly message?: string;
  readonly help?: string;
}

/** Answers Chevrotain with an encoded {@link Expectation}, whatever the kind of mistake. */
export const errorMessageProvider: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual, ruleName }) =>
    encode(expectationOfToken(expected, actual.tokenType, ruleName)),
  buildNoViableAltMessage: ({ actual, ruleName }) => encode(expectationOfRule(actual[0]?.tokenType, ruleName)),
  buildNotAllInputParsedMessage: ({ firstRedundant, ruleName }) =>
    encode(expectationOfEnd(firstRedundant.tokenType, ruleName)),
  buildEarlyExitMessage: ({ actual, ruleName }) => encode(expectationOfRule(actual[0]?.tokenType, ruleName)),
};

/** The expectation in the message of an error that {@link errorMessageProvider} has worded. */
export function decodeExpectation(message: string): Expectation {
  return JSON.parse(message) as Expectation;
}

function encode(expectation: Expectation): string {
  return JSON.stringify(expectation);
}

const argumentHelp = 'a named argument is written `name: value`';
const inputHelp = 'an input needs its type: `image: f32[n, 3, 32, 32]`';

/** The keys are the rule and the token that it expected. */
const byRule: Readonly<Record<string, Omit<Expectation, 'code'> & { readonly code?: Code }>> = {
  'importItem String': { what: 'the path of a file in quotes', help: 'write `import "./blocks.dnn"`' },
  'precisionItem ElementType': { code: 'expected-type', what: 'an element type', help: 'write `precision bf16`' },
  'blockItem Parens': { what: 'its parameters in `( )`' },
  'entryItem Parens': { what: 'its inputs in `( )`' },
  'likeType Parens': { what: '`(x)`' },
  'typedName :': { what: '`:`', help: inputHelp },
  'tensorType Brackets': {
    code: 'expected-type',
    what: 'the dimensions in `[ ]`',
    help: 'a scalar is `f32[]`, an image `f32[n, 3, 32, 32]`',
  },
  'forLoop in': { what: '`in`', help: 'a loop is written `for i in range(4) { … }`' },
  'minimizeStatement using': { what: '`using` and an optimiser', help: 'write `minimize loss using sgd(rate: 0.1)`' },
  'optimizerCall Identifier': { code: 'expected-name', what: 'the name of an optimiser' },
  'expectStatement peak': { what: '`peak`', help: 'write `expect peak <= 64KiB`' },
  'expectStatement <=': { what: '`<=`', help: 'write `expect peak <= 64KiB`' },
  'ifExpression Braces': { what: '`{`', help: 'write `if c { a } else { b }`' },
};

function expectationOfToken(expected: TokenType, actual: TokenType, ruleName: string): Expectation {
  const known = byRule[`${ruleName} ${expected.name}`];
  if (known !== undefined) return { code: 'expected-token', ...known };
  if (expected === t.Word) return { code: 'expected-name', what: 'a name' };
  if (expected === t.Braces) {
    const help = actual === t.Colon ? 'a body stands in `{ }`, not after a `:`' : undefined;
    return { code: 'expected-token', what: 'its body in `{ }`', help };
  }
  if (expected === StringLiteral) return { code: 'expected-token', what: 'a string' };
  if (expected === t.Equals && actual === t.Equal) {
    return { code: 'expected-token', what: '`=`', help: '`==` compares, `=` gives a name its value' };
  }
  return { code: 'expected-token', what: `\`${expected.name}\`` };
}

function expectationOfRule(actual: TokenType | undefined, ruleName: string): Expectation {
  switch (ruleName) {
    case 'item':
      return expectationOfItem(actual);
    case 'type':
    case 'tensorType':
    case 'resultType':
      return { code: 'expected-type', what: 'a type', help: 'types are written `f32[n, 3, 32, 32]`' };
    case 'postfix':
      return { code: 'expected-name', what: 'a label', help: 'write `as conv1` or `as "conv{i}"`' };
    case 'statement':
      return expectationOfStatement(actual);
    default:
      return { code: 'expected-expression', what: 'an expression' };
  }
}

function expectationOfItem(actual: TokenType | undefined): Expectation {
  const items = 'a file holds import, precision, const, block, model, train and optimizer';
  if (actual !== undefined && t.statementWords.includes(actual)) {
    const help = actual === t.Let || actual === t.Var ? 'outside of bodies write `const`' : items;
    return { code: 'misplaced-statement', message: `\`${actual.name}\` stands only inside a body`, help };
  }
  return { code: 'expected-item', what: 'an item', help: items };
}

function expectationOfStatement(actual: TokenType | undefined): Expectation {
  if (actual !== undefined && t.itemWords.includes(actual)) {
    const help = actual === t.Const ? 'inside a body write `let`' : 'move it out of the body';
    return { code: 'misplaced-item', message: `\`${actual.name}\` stands only at the top of a file`, help };
  }
  if (actual === t.Else) return { code: 'else-without-if', message: 'this `else` follows no `if`' };
  if (actual === t.Braces) {
    const help = 'named results are written `return { loss, accuracy: a }`';
    return { code: 'expected-expression', what: 'a statement', help };
  }
  return { code: 'expected-expression', what: 'a statement' };
}

/** The expectation where a rule is complete but tokens of the piece are left. */
function expectationOfEnd(actual: TokenType, ruleName: string): Expectation {
  if (ruleName === 'statement' || ruleName === 'item') {
    const help =
      actual === t.If
        ? 'a choice is written `if c { a } else { b }`'
        : actual === t.Comma
          ? 'several values are `[a, b]`, several results `return { a, b }`'
          : undefined;
    return { code: 'expected-end', what: 'the end of the line', help };
  }
  const code = 'expected-token';
  if (ruleName === 'argument' && actual === t.Equals) return { code, help: argumentHelp };
  if (ruleName === 'parameter' && actual === t.Colon) {
    return { code, help: 'only inputs of a model or train have types; a default is written `stride = 1`' };
  }
  return { code };
}

/** The token in words, for messages such as `expected …, found …`. */
export function describeToken(token: t.Token): string {
  if (token.group !== undefined) return `\`${token.group.open.image}\``;
  if (token.tokenType === StringLiteral) return 'a string';
  const kind = tokenMatcher(token, t.Word) && !tokenMatcher(token, t.Identifier) ? 'the reserved word ' : '';
  const image = token.image.length > 40 ? `${token.image.slice(0, 40)}…` : token.image;
  return `${kind}\`${image}\``;
}
