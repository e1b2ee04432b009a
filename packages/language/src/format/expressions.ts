/** Makes documents of expressions and types. Parentheses are printed where precedence needs them, and nowhere else. */
import type * as ast from '../ast.ts';
import { bindingPower, negationPower } from '../parser/tree/operators.ts';
import { concat, type Document, group, hardLine, indent, line, sequence } from './document.ts';
import { commaList, type Printer } from './printer.ts';
import { bodyDocument } from './statements.ts';

/** The binding power of an expression that has no operator. */
const tightest = 10;

/** An expression with its comments. */
export function expression(printer: Printer, node: ast.Expression): Document {
  return printer.withComments(node, bare(printer, node));
}

function bare(printer: Printer, node: ast.Expression): Document {
  switch (node.kind) {
    case 'integer':
    case 'float':
    case 'byte-size':
    case 'boolean':
    case 'string':
    case 'element-type':
    case 'reference':
    case 'missing':
      return printer.verbatim(node);
    case 'list':
      return commaList(
        '[',
        node.elements.map(element => expression(printer, element)),
        ']',
      );
    case 'unary':
      return unary(printer, node);
    case 'binary':
      return group(binary(printer, node));
    case 'call':
      return call(printer, node);
    case 'pipe':
      return pipe(printer, node);
    case 'index':
    case 'member':
      return postfixes(printer, node);
    case 'if':
      return ifElse(printer, node);
  }
}

/** A name with its comments. */
export function name(printer: Printer, node: ast.Name): Document {
  return printer.withComments(node, node.text);
}

/** An operand, in parentheses if it binds less tightly than `power`. An `if` always has them, since its end is hard to see. */
function operand(printer: Printer, node: ast.Expression, power: number): Document {
  if (powerOf(node) >= power) return expression(printer, node);
  return concat('(', expression(printer, node), ')');
}

function powerOf(node: ast.Expression): number {
  if (node.kind === 'if') return 0;
  if (node.kind === 'pipe') return bindingPower['|>'];
  if (node.kind === 'binary') return bindingPower[node.operator];
  if (node.kind === 'unary') return node.operator === '-' ? negationPower : bindingPower.not;
  return tightest;
}

function unary(printer: Printer, node: ast.Unary): Document {
  if (node.operator === '-') return concat('-', operand(printer, node.operand, negationPower));
  return concat('not ', operand(printer, node.operand, bindingPower.not));
}

/** A chain of operators of one precedence is one group, so that all of it is broken or none. */
function binary(printer: Printer, node: ast.Binary): Document {
  const chain = [node];
  let first = node.left;
  for (; first.kind === 'binary' && continues(first, node); first = first.left) chain.push(first);
  let document = operand(printer, first, leftPower(chain[chain.length - 1]!));
  for (const one of chain.reverse()) {
    const right = rightOperand(printer, one, one.right);
    document = concat(document, indent(concat(line, one.operator, ' ', right)));
    if (one !== node) document = printer.withComments(one, document);
  }
  return document;
}

/** Whether `left`, the left side of an operator as tight as that of `node`, needs no parentheses there. */
function continues(left: ast.Binary, node: ast.Binary): boolean {
  return bindingPower[left.operator] === bindingPower[node.operator] && powerOf(left) >= leftPower(node);
}

function leftPower({ operator }: ast.Binary): number {
  const power = bindingPower[operator];
  return operator === '**' || power === bindingPower['=='] ? power + 1 : power;
}

function rightOperand(printer: Printer, { operator }: ast.Binary, right: ast.Expression): Document {
  if (operator !== '**') return operand(printer, right, bindingPower[operator] + 1);
  // The exponent may have a sign without parentheses, since only `**` binds tighter.
  const isNegation = right.kind === 'unary' && right.operator === '-';
  return operand(printer, right, isNegation ? negationPower : bindingPower['**']);
}

/** A call without the value that is piped into it. */
export function call(printer: Printer, node: ast.Call): Document {
  const args = node.arguments.map(one => argument(printer, one));
  const inner = node.parenthesised ? commaList('(', args, ')') : '';
  return concat(name(printer, node.callee), inner, node.label === undefined ? '' : label(printer, node.label));
}

function argument(printer: Printer, node: ast.Argument): Document {
  const value = expression(printer, node.value);
  return printer.withComments(node, node.name === undefined ? value : concat(name(printer, node.name), ': ', value));
}

/** ` as label` */
export function label(printer: Printer, node: ast.Label): Document {
  const value = printer.withComments(node.value, printer.verbatim(node.value));
  return concat(' ', printer.withComments(node, concat('as ', value)));
}

/**
 * A chain of pipes stays broken where its author broke it, so that stages that belong together can share a line. A line that is too long,
 * or a chain that is too long and has no breaks, is broken before each `|>`.
 */
function pipe(printer: Printer, node: ast.Pipe): Document {
  const stages: ast.Pipe[] = [];
  let base: ast.Expression = node;
  for (; base.kind === 'pipe'; base = base.value) stages.push(base);
  stages.reverse();
  const leading = sequence(stages.slice(0, -1).map(stage => printer.leading(stage)));
  let row: Document = concat(leading, operand(printer, base, bindingPower['|>']));
  const rows: Document[] = [];
  for (const stage of stages) {
    const document = concat(
      printer.leading(stage.call),
      '|> ',
      call(printer, stage.call),
      printer.trailing(stage.call),
    );
    const after = stage === node ? '' : printer.trailing(stage);
    if (isBrokenBefore(printer, stage)) {
      rows.push(row);
      row = concat(document, after);
    } else row = concat(row, rows.length === 0 ? indent(concat(line, document)) : concat(line, document), after);
  }
  const [first, ...others] = [...rows, row].map(group);
  return concat(first!, indent(sequence(others.flatMap(other => [hardLine, other]))));
}

/** Whether the `|>` of `stage` begins a line. */
function isBrokenBefore(printer: Printer, { value, call: { span } }: ast.Pipe): boolean {
  const between = printer.source.text.slice(value.span.end, span.start);
  return /[\r\n]/.test(between.slice(0, between.lastIndexOf('|>')));
}

/** A chain of `[ ]` and `.name` with what it starts from. */
function postfixes(printer: Printer, node: ast.Index | ast.Member): Document {
  const chain = [node];
  let first = node.target;
  for (; first.kind === 'index' || first.kind === 'member'; first = first.target) chain.push(first);
  let document = target(printer, first, chain[chain.length - 1]!);
  for (const one of chain.reverse()) {
    const postfix = one.kind === 'index' ? indexParts(printer, one) : concat('.', name(printer, one.name));
    document = concat(document, postfix);
    if (one !== node) document = printer.withComments(one, document);
  }
  return document;
}

/** After a label, an index would be read as an index of the label. */
function target(printer: Printer, node: ast.Expression, of: ast.Index | ast.Member): Document {
  const isLabelled = of.kind === 'index' && node.kind === 'call' && node.label !== undefined;
  return isLabelled ? concat('(', expression(printer, node), ')') : operand(printer, node, tightest);
}

function indexParts(printer: Printer, node: ast.Index): Document {
  const parts = node.indices.map(part => printer.withComments(part, indexPart(printer, part)));
  return commaList('[', parts, ']');
}

function indexPart(printer: Printer, part: ast.IndexPart): Document {
  if (part.kind === 'rest') return '..';
  if (part.kind === 'at') return expression(printer, part.index);
  const [start, stop, step] = [part.start, part.stop, part.step].map(one => (one ? expression(printer, one) : ''));
  return concat(start!, ':', stop!, part.step === undefined ? '' : concat(':', step!));
}

/** An `if` is printed on one line if all its bodies were written on one line and it fits. */
export function ifElse(printer: Printer, node: ast.If): Document {
  return group(branches(printer, node));
}

function branches(printer: Printer, node: ast.If): Document {
  const chain = [node];
  let last = node.otherwise;
  for (; last !== undefined && 'kind' in last; last = last.otherwise) chain.push(last);
  let rest = last === undefined ? undefined : bodyDocument(printer, last);
  for (const one of chain.reverse()) {
    const head = concat('if ', expression(printer, one.condition), ' ', bodyDocument(printer, one.then));
    const whole = rest === undefined ? head : concat(head, ' else ', rest);
    rest = one === node ? whole : printer.withComments(one, whole);
  }
  return rest!;
}

/** A written type with its comments. */
export function type(printer: Printer, node: ast.Type | ast.RecordType): Document {
  return printer.withComments(node, bareType(printer, node));
}

function bareType(printer: Printer, node: ast.Type | ast.RecordType): Document {
  switch (node.kind) {
    case 'like-type':
      return concat('like(', expression(printer, node.value), ')');
    case 'tensor-type': {
      const dimensions = node.dimensions.map(one => expression(printer, one));
      return concat(expression(printer, node.element), commaList('[', dimensions, ']'));
    }
    case 'record-type':
      return commaList(
        '{',
        node.fields.map(field => input(printer, field)),
        '}',
        line,
      );
  }
}

/** `image: f32[n, 3]` */
export function input(printer: Printer, node: ast.Input): Document {
  return printer.withComments(node, concat(name(printer, node.name), ': ', type(printer, node.type)));
}
