/**
 * The grammar, over the tokens of one *piece*: a line, an argument, an element of a list (see `layout.ts`). Bracket groups are single
 * tokens here, so no rule calls itself except for the condition of an `if`. An expression is read as a flat row of operands with operators
 * between; `operators.ts` makes a tree of it.
 *
 * A grammar of Chevrotain is one class, which is why the file is long. Chevrotain recovers from mistakes: it skips a superfluous token inside a rule, assumes a missing one, or else ends the rule early.
 */
import { CstParser } from 'chevrotain';
import { StringLiteral } from '../lexer/strings.ts';
import * as t from '../lexer/tokens.ts';
import { vocabulary } from '../lexer/vocabulary.ts';
import { errorMessageProvider } from './messages.ts';

/** Chevrotain's parser with one rule for every kind of piece. */
export class Grammar extends CstParser {
  constructor() {
    super(vocabulary, { recoveryEnabled: true, maxLookahead: 2, errorMessageProvider });
    this.performSelfAnalysis();
  }

  readonly item = this.RULE('item', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.importItem) },
      { ALT: () => this.SUBRULE(this.precisionItem) },
      { ALT: () => this.SUBRULE(this.constItem) },
      { ALT: () => this.SUBRULE(this.blockItem) },
      { ALT: () => this.SUBRULE(this.entryItem) },
    ]);
  });

  readonly importItem = this.RULE('importItem', () => {
    this.CONSUME(t.Import);
    this.CONSUME(StringLiteral);
  });

  readonly precisionItem = this.RULE('precisionItem', () => {
    this.CONSUME(t.Precision);
    this.CONSUME(t.ElementType);
  });

  readonly constItem = this.RULE('constItem', () => {
    this.CONSUME(t.Const);
    this.SUBRULE(this.name);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  readonly blockItem = this.RULE('blockItem', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Block, { LABEL: 'keyword' }) },
      { ALT: () => this.CONSUME(t.Optimizer, { LABEL: 'keyword' }) },
    ]);
    this.SUBRULE(this.name);
    this.CONSUME(t.Parens);
    this.CONSUME(t.Braces);
  });

  readonly entryItem = this.RULE('entryItem', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Model, { LABEL: 'keyword' }) },
      { ALT: () => this.CONSUME(t.Train, { LABEL: 'keyword' }) },
    ]);
    this.SUBRULE(this.name);
    this.OPTION(() => this.CONSUME(t.Brackets));
    this.CONSUME(t.Parens);
    this.OPTION1(() => {
      this.CONSUME(t.Arrow);
      this.SUBRULE(this.resultType);
    });
    this.CONSUME(t.Braces);
  });

  readonly name = this.RULE('name', () => {
    this.CONSUME(t.Word);
  });

  /** `c = default` */
  readonly parameter = this.RULE('parameter', () => {
    this.SUBRULE(this.name);
    this.OPTION(() => {
      this.CONSUME(t.Equals);
      this.SUBRULE(this.expression);
    });
  });

  /** `image: f32[n]`, also a field of a record type. */
  readonly typedName = this.RULE('typedName', () => {
    this.SUBRULE(this.name);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.tensorType);
  });

  readonly resultType = this.RULE('resultType', () => {
    this.OR([{ ALT: () => this.CONSUME(t.Braces) }, { ALT: () => this.SUBRULE(this.tensorType) }]);
  });

  readonly type = this.RULE('type', () => {
    this.OR([{ ALT: () => this.SUBRULE(this.likeType) }, { ALT: () => this.SUBRULE(this.tensorType) }]);
  });

  readonly likeType = this.RULE('likeType', () => {
    this.CONSUME(t.Like);
    this.CONSUME(t.Parens);
  });

  readonly tensorType = this.RULE('tensorType', () => {
    this.OR([{ ALT: () => this.CONSUME(t.ElementType) }, { ALT: () => this.CONSUME(t.Identifier) }]);
    this.MANY(() => {
      this.CONSUME(t.Dot);
      this.SUBRULE(this.name);
    });
    this.CONSUME(t.Brackets);
  });

  readonly statement = this.RULE('statement', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.binding) },
      { ALT: () => this.SUBRULE(this.variable) },
      { ALT: () => this.SUBRULE(this.forLoop) },
      { ALT: () => this.SUBRULE(this.returnStatement) },
      { ALT: () => this.SUBRULE(this.minimizeStatement) },
      { ALT: () => this.SUBRULE(this.expectStatement) },
      { ALT: () => this.SUBRULE(this.expressionOrAssignment) },
    ]);
  });

  readonly binding = this.RULE('binding', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Let, { LABEL: 'keyword' }) },
      { ALT: () => this.CONSUME(t.Var, { LABEL: 'keyword' }) },
    ]);
    this.SUBRULE(this.name);
    this.SUBRULE(this.otherNames);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  /** The names after the first of `let a, b = …`. */
  readonly otherNames = this.RULE('otherNames', () => {
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE(this.name);
    });
  });

  readonly variable = this.RULE('variable', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Param, { LABEL: 'keyword' }) },
      { ALT: () => this.CONSUME(t.State, { LABEL: 'keyword' }) },
    ]);
    this.SUBRULE(this.name);
    this.OPTION(() => {
      this.CONSUME(t.As);
      this.OR1([{ ALT: () => this.CONSUME(t.Word) }, { ALT: () => this.CONSUME(StringLiteral) }]);
    });
    this.CONSUME(t.Colon);
    this.SUBRULE(this.type);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  readonly forLoop = this.RULE('forLoop', () => {
    this.CONSUME(t.For);
    this.SUBRULE(this.name);
    this.CONSUME(t.In);
    this.SUBRULE(this.expression);
    this.CONSUME(t.Braces);
  });

  readonly returnStatement = this.RULE('returnStatement', () => {
    this.CONSUME(t.Return);
    this.OPTION(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Braces) }, { ALT: () => this.SUBRULE(this.expression) }]);
    });
  });

  readonly minimizeStatement = this.RULE('minimizeStatement', () => {
    this.CONSUME(t.Minimize);
    this.SUBRULE(this.expression, { LABEL: 'loss' });
    this.CONSUME(t.Using);
    this.SUBRULE(this.optimizerCall);
    this.OPTION(() => {
      this.CONSUME(t.For);
      this.SUBRULE1(this.expression, { LABEL: 'selection' });
    });
    this.OPTION1(() => {
      this.CONSUME(t.Clip);
      this.SUBRULE2(this.expression, { LABEL: 'clip' });
    });
    this.OPTION2(() => {
      this.CONSUME(t.Accumulate);
      this.SUBRULE3(this.expression, { LABEL: 'accumulate' });
    });
    this.OPTION3(() => {
      this.CONSUME(t.States);
      this.SUBRULE4(this.expression, { LABEL: 'states' });
    });
    this.OPTION4(() => {
      this.CONSUME(t.Master);
      this.SUBRULE5(this.expression, { LABEL: 'master' });
    });
    this.OPTION5(() => {
      this.CONSUME(t.Scale);
      this.SUBRULE6(this.expression, { LABEL: 'scale' });
    });
  });

  readonly optimizerCall = this.RULE('optimizerCall', () => {
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.CONSUME(t.Parens));
  });

  readonly expectStatement = this.RULE('expectStatement', () => {
    this.CONSUME(t.Expect);
    this.CONSUME(t.Peak);
    this.CONSUME(t.LessEqual);
    this.SUBRULE(this.expression);
  });

  readonly expressionOrAssignment = this.RULE('expressionOrAssignment', () => {
    this.SUBRULE(this.expression, { LABEL: 'target' });
    this.SUBRULE(this.otherNames);
    this.OPTION(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Equals) }, { ALT: () => this.CONSUME(t.ColonEquals) }]);
      this.SUBRULE1(this.expression, { LABEL: 'value' });
    });
  });

  /** `value`, `name: value` */
  readonly argument = this.RULE('argument', () => {
    this.OPTION(() => {
      this.SUBRULE(this.name);
      this.CONSUME(t.Colon);
    });
    this.SUBRULE(this.expression);
  });

  /** `name`, `name: value` */
  readonly field = this.RULE('field', () => {
    this.SUBRULE(this.name);
    this.OPTION(() => {
      this.CONSUME(t.Colon);
      this.SUBRULE(this.expression);
    });
  });

  /** `i`, `start:stop:step`, `..` */
  readonly indexPart = this.RULE('indexPart', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.DotDot) },
      {
        ALT: () => {
          this.SUBRULE(this.expression, { LABEL: 'start' });
          this.OPTION(() => this.SUBRULE(this.sliceRest));
        },
      },
      { ALT: () => this.SUBRULE1(this.sliceRest) },
    ]);
  });

  readonly sliceRest = this.RULE('sliceRest', () => {
    this.CONSUME(t.Colon);
    this.OPTION(() => this.SUBRULE(this.expression, { LABEL: 'stop' }));
    this.OPTION1(() => {
      this.CONSUME1(t.Colon);
      this.OPTION2(() => this.SUBRULE1(this.expression, { LABEL: 'step' }));
    });
  });

  readonly expression = this.RULE('expression', () => {
    this.SUBRULE(this.operand);
    this.MANY(() => {
      this.CONSUME(t.Infix);
      this.SUBRULE1(this.operand);
    });
  });

  readonly operand = this.RULE('operand', () => {
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Minus, { LABEL: 'prefix' }) },
        { ALT: () => this.CONSUME(t.Not, { LABEL: 'prefix' }) },
      ]);
    });
    this.SUBRULE(this.primary);
    this.MANY1(() => this.SUBRULE(this.postfix));
  });

  readonly primary = this.RULE('primary', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.NumberLiteral) },
      { ALT: () => this.CONSUME(StringLiteral) },
      { ALT: () => this.CONSUME(t.True) },
      { ALT: () => this.CONSUME(t.False) },
      { ALT: () => this.CONSUME(t.ElementType) },
      { ALT: () => this.CONSUME(t.Identifier) },
      { ALT: () => this.CONSUME(t.Parens) },
      { ALT: () => this.CONSUME(t.Brackets) },
      { ALT: () => this.SUBRULE(this.ifExpression) },
    ]);
  });

  readonly postfix = this.RULE('postfix', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Parens) },
      { ALT: () => this.CONSUME(t.Brackets) },
      {
        ALT: () => {
          this.CONSUME(t.Dot);
          this.SUBRULE(this.name);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.As);
          this.OR1([{ ALT: () => this.CONSUME(t.Word) }, { ALT: () => this.CONSUME(StringLiteral) }]);
        },
      },
    ]);
  });

  readonly ifExpression = this.RULE('ifExpression', () => {
    this.CONSUME(t.If);
    this.SUBRULE(this.expression);
    this.CONSUME(t.Braces);
    this.MANY(() => {
      this.CONSUME(t.Else);
      this.CONSUME1(t.If);
      this.SUBRULE1(this.expression);
      this.CONSUME1(t.Braces);
    });
    this.OPTION(() => {
      this.CONSUME1(t.Else);
      this.CONSUME2(t.Braces);
    });
  });
}

/** The rules by which a piece may be parsed. */
export type PieceRule =
  | 'item'
  | 'statement'
  | 'parameter'
  | 'typedName'
  | 'argument'
  | 'field'
  | 'indexPart'
  | 'expression';
