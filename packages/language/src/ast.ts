/**
 * The abstract syntax of a `.dnn` file, which the parser makes and the elaborator reads.
 *
 * The span of a node covers all its text, brackets and keywords included. Parentheses around an expression have no node. Where the parser
 * recovered from a mistake and found no expression, there is a `missing` node, and the mistake has been reported. So whoever reads the tree
 * takes `missing` for "unknown, already reported" and reports nothing. The same holds for a {@link Name} whose text is empty, and for
 * whatever is computed from either.
 *
 * The file is long because it has all node types in one place: they refer to each other.
 */
import type { Source, Span } from '@tessera-dnn/diagnostics';

/** A name where it is declared or called; `text` is empty only where recovery found none. */
export interface Name {
  readonly text: string;
  readonly span: Span;
}

export interface File {
  readonly kind: 'file';
  readonly source: Source;
  readonly items: readonly Item[];
  readonly span: Span;
}

// ---------------------------------------------------------------------------------------------------------------- items

export type Item = Import | Precision | Const | Block | Entry | Optimizer;

/** `import "./blocks.dnn"` */
export interface Import {
  readonly kind: 'import';
  /** As written, without the quotes. */
  readonly path: string;
  readonly pathSpan: Span;
  readonly span: Span;
}

/** `precision bf16` */
export interface Precision {
  readonly kind: 'precision';
  readonly element: ElementType;
  readonly elementSpan: Span;
  readonly span: Span;
}

/** `const name = value` */
export interface Const {
  readonly kind: 'const';
  readonly name: Name;
  readonly value: Expression;
  readonly span: Span;
}

/** `block name(parameters) { body }` */
export interface Block {
  readonly kind: 'block';
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
  readonly span: Span;
}

/** `optimizer name(weight, gradient, parameters) { body }`: `parameters` has all of them, `weight` and `gradient` too. */
export interface Optimizer {
  readonly kind: 'optimizer';
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
  readonly span: Span;
}

/** `model name[dimensions](inputs) -> result { body }`, or the same with `train`. */
export interface Entry {
  readonly kind: 'model' | 'train';
  readonly name: Name;
  /** `[n = 1, m]`: dimension parameters, which are numbers in the body. */
  readonly dimensions: readonly Parameter[];
  readonly inputs: readonly Input[];
  readonly result?: ResultType;
  readonly body: Body;
  readonly span: Span;
}

/** A parameter of a block or optimiser, or a dimension of an entry point; `c = default`. */
export interface Parameter {
  readonly name: Name;
  readonly default?: Expression;
  readonly span: Span;
}

/** An input of an entry point: `image: f32[n, 1, 28, 28]`. */
export interface Input {
  readonly name: Name;
  readonly type: TensorType;
  readonly span: Span;
}

// ---------------------------------------------------------------------------------------------------------------- types

export const elementTypes = ['f32', 'f16', 'bf16', 'i32', 'i8', 'u8', 'bool'] as const;
export type ElementType = (typeof elementTypes)[number];

/** A written type. Its element is `missing` where recovery found none. */
export type Type = TensorType | LikeType;

/** `f32[n, 3]`, a scalar `f32[]`; `x.dtype[n, 3]` takes the element type of `x`. */
export interface TensorType {
  readonly kind: 'tensor-type';
  /** An `element-type` literal, a `reference`, a `member` access such as `x.dtype`, or `missing`. */
  readonly element: Expression;
  readonly dimensions: readonly Expression[];
  readonly span: Span;
}

/** `like(x)`: the type of `x`. */
export interface LikeType {
  readonly kind: 'like-type';
  readonly value: Expression;
  readonly span: Span;
}

/** What stands after `->`: one type, or `{ logits: f32[n, 10], loss: f32[] }` for named outputs. */
export type ResultType = TensorType | RecordType;

export interface RecordType {
  readonly kind: 'record-type';
  readonly fields: readonly Input[];
  readonly span: Span;
}

// ----------------------------------------------------------------------------------------------------------- statements

/** `{ statements }`; if the last one is an `expression` statement, its value is the body's. */
export interface Body {
  readonly statements: readonly Statement[];
  readonly span: Span;
}

export type Statement = Binding | Assign | Variable | Update | For | Return | Minimize | Expect | ExpressionStatement;

/** `let name = value` (fixed) or `var name = value` (may be assigned); `let a, b = value` has the names after the first in `others`. */
export interface Binding {
  readonly kind: 'let' | 'var';
  readonly name: Name;
  readonly others: readonly Name[];
  readonly value: Expression;
  readonly span: Span;
}

/** `name = value`, or `a, b = value`, with the names after the first in `others`. */
export interface Assign {
  readonly kind: 'assign';
  readonly name: Name;
  readonly others: readonly Name[];
  readonly value: Expression;
  readonly span: Span;
}

/**
 * `param name: type = initialiser` or `state …`; the initialiser is a `reference`, a `call`, or any expression for a number. With `name as "label"` it has
 * the label in its path and not its name.
 */
export interface Variable {
  readonly kind: 'param' | 'state';
  readonly name: Name;
  readonly label?: Label;
  readonly type: Type;
  readonly initialiser: Expression;
  readonly span: Span;
}

/** `name := value` */
export interface Update {
  readonly kind: 'update';
  readonly name: Name;
  readonly value: Expression;
  readonly span: Span;
}

/** `for variable in iterable { body }` */
export interface For {
  readonly kind: 'for';
  readonly variable: Name;
  readonly iterable: Expression;
  readonly body: Body;
  readonly span: Span;
}

/** `return value`, `return { a, b: e }`, or `return` alone. */
export interface Return {
  readonly kind: 'return';
  readonly value?: Expression | RecordExpression;
  readonly span: Span;
}

/** `{ loss, accuracy: e }`: stands only after `return`. */
export interface RecordExpression {
  readonly kind: 'record';
  readonly fields: readonly RecordField[];
  readonly span: Span;
}

/** `name: value`; for the short form `name` the value is a `reference` to it and has the name's span. */
export interface RecordField {
  readonly name: Name;
  readonly value: Expression;
  readonly short: boolean;
  readonly span: Span;
}

/** `minimize loss using optimizer(…) for "path.*" clip 1.0 accumulate 4 states f32 master f32 scale 1024` */
export interface Minimize {
  readonly kind: 'minimize';
  readonly loss: Expression;
  readonly optimizer: Call;
  readonly selection?: Expression;
  readonly clip?: Expression;
  readonly accumulate?: Expression;
  readonly states?: Expression;
  readonly master?: Expression;
  /** A number, or `automatic` with or without arguments, which is a name or a call of that name. */
  readonly scale?: Expression;
  readonly span: Span;
}

/** `expect peak <= limit` */
export interface Expect {
  readonly kind: 'expect';
  readonly limit: Expression;
  readonly span: Span;
}

/** An expression as a statement; `if` and `else` as a statement are one too. */
export interface ExpressionStatement {
  readonly kind: 'expression';
  readonly expression: Expression;
  readonly span: Span;
}

// ---------------------------------------------------------------------------------------------------------- expressions

export type Expression =
  | IntegerLiteral
  | FloatLiteral
  | ByteSizeLiteral
  | BooleanLiteral
  | StringExpression
  | ElementTypeLiteral
  | Reference
  | List
  | Unary
  | Binary
  | Call
  | Pipe
  | Index
  | Member
  | If
  | Missing;

/** `1_000`; `value` is exact (a larger one than 2^53 has been reported). */
export interface IntegerLiteral {
  readonly kind: 'integer';
  readonly value: number;
  readonly span: Span;
}

/** `1e-3`, `0.5` */
export interface FloatLiteral {
  readonly kind: 'float';
  readonly value: number;
  readonly span: Span;
}

/** `48KiB` */
export interface ByteSizeLiteral {
  readonly kind: 'byte-size';
  readonly bytes: number;
  readonly span: Span;
}

export interface BooleanLiteral {
  readonly kind: 'boolean';
  readonly value: boolean;
  readonly span: Span;
}

/** `"layer{stage + 1}.{i}"`: text and expressions in turn, no empty text; `""` has no parts. */
export interface StringExpression {
  readonly kind: 'string';
  readonly parts: readonly StringPart[];
  readonly span: Span;
}

export type StringPart = StringText | Interpolation;

/** A run of plain text, escapes resolved. */
export interface StringText {
  readonly kind: 'text';
  readonly value: string;
  readonly span: Span;
}

/** `{expression}` inside a string. */
export interface Interpolation {
  readonly kind: 'interpolation';
  readonly expression: Expression;
  readonly span: Span;
}

/** `f16` as a value: `cast(x, f16)`. */
export interface ElementTypeLiteral {
  readonly kind: 'element-type';
  readonly element: ElementType;
  readonly span: Span;
}

/** A name that is read. */
export interface Reference {
  readonly kind: 'reference';
  readonly name: string;
  readonly span: Span;
}

export interface List {
  readonly kind: 'list';
  readonly elements: readonly Expression[];
  readonly span: Span;
}

export type UnaryOperator = '-' | 'not';

export interface Unary {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly operatorSpan: Span;
  readonly operand: Expression;
  readonly span: Span;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '**' | '@';
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type LogicalOperator = 'and' | 'or';
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | LogicalOperator;

/** An operator between two operands. `a < b < c` never occurs without a report, since comparisons do not chain. */
export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

/** `callee(a, k: v) as label`. Only names are called. */
export interface Call {
  readonly kind: 'call';
  readonly callee: Name;
  /** The arguments as they are written, without a piped value. */
  readonly arguments: readonly Argument[];
  readonly label?: Label;
  /** False for a callee without parentheses (`x |> relu`, `using adam`). */
  readonly parenthesised: boolean;
  readonly span: Span;
}

/** One argument, positional (no name) or named. Positional ones come first: another order has been reported. */
export interface Argument {
  readonly name?: Name;
  readonly value: Expression;
  readonly span: Span;
}

/** `as conv1` or `as "conv{i}"`; `span` begins at `as`. */
export interface Label {
  /** A bare label is a string of one text part. */
  readonly value: StringExpression;
  readonly span: Span;
}

/** `value |> call`: the call with `value` as its first positional argument. */
export interface Pipe {
  readonly kind: 'pipe';
  readonly value: Expression;
  readonly call: Call;
  readonly span: Span;
}

/** `target[indices]` */
export interface Index {
  readonly kind: 'index';
  readonly target: Expression;
  readonly indices: readonly IndexPart[];
  readonly span: Span;
}

export type IndexPart = IndexAt | IndexSlice | IndexRest;

/** `x[3]`: drops its axis. */
export interface IndexAt {
  readonly kind: 'at';
  readonly index: Expression;
  readonly span: Span;
}

/** `x[start:stop:step]`, each part optional: keeps its axis. */
export interface IndexSlice {
  readonly kind: 'slice';
  readonly start?: Expression;
  readonly stop?: Expression;
  readonly step?: Expression;
  readonly span: Span;
}

/** `..`: as many whole axes as are left; at most one in an index (a second has been reported). */
export interface IndexRest {
  readonly kind: 'rest';
  readonly span: Span;
}

/** `x.shape`, or an output of a record. */
export interface Member {
  readonly kind: 'member';
  readonly target: Expression;
  readonly name: Name;
  readonly span: Span;
}

/**
 * `if condition { } else { }`. If a value is needed and there is no `else`, that has been reported. `else if` is an `if` in `otherwise`.
 */
export interface If {
  readonly kind: 'if';
  readonly condition: Expression;
  readonly then: Body;
  readonly otherwise?: Body | If;
  readonly span: Span;
}

/** Stands where an expression is lacking, which has been reported. */
export interface Missing {
  readonly kind: 'missing';
  readonly span: Span;
}
