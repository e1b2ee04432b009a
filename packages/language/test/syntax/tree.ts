/** Shows syntax trees in tests: as plain data without places, and as text in prefix notation. */
import type { ast } from '@tessera-dnn/language';

/** The tree without spans. */
export function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, part]) => !/span$/i.test(key) && key !== 'source' && part !== undefined,
  );
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutPlaces(part)]));
}

/** Every node of the tree, parents first. */
export function* nodesOf(value: unknown): Generator<{ readonly span: ast.Expression['span'] }> {
  if (typeof value !== 'object' || value === null) return;
  if ('text' in value && 'name' in value) return; // a source
  if ('span' in value) yield value as { readonly span: ast.Expression['span'] };
  for (const [key, part] of Object.entries(value)) if (!/span$/i.test(key)) yield* nodesOf(part);
}

export function showFile(file: ast.File): string {
  return file.items.map(showItem).join('\n');
}

function showItem(item: ast.Item): string {
  switch (item.kind) {
    case 'import':
      return `(import ${JSON.stringify(item.path)})`;
    case 'precision':
      return `(precision ${item.element})`;
    case 'const':
      return `(const ${item.name.text} ${show(item.value)})`;
    case 'block':
    case 'optimizer':
      return `(${item.kind} ${item.name.text} (${item.parameters.map(parameter).join(' ')})${body(item.body, '  ')})`;
    default: {
      const result = item.result === undefined ? '' : ` -> ${type(item.result)}`;
      const head = `${item.name.text} [${item.dimensions.map(parameter).join(' ')}] (${item.inputs.map(input).join(' ')})`;
      return `(${item.kind} ${head}${result}${body(item.body, '  ')})`;
    }
  }
}

function parameter({ name, default: value }: ast.Parameter): string {
  return value === undefined ? name.text : `(= ${name.text} ${show(value)})`;
}

function input(one: ast.Input): string {
  return `(: ${one.name.text} ${type(one.type)})`;
}

function type(one: ast.Type | ast.RecordType): string {
  if (one.kind === 'like-type') return `(like ${show(one.value)})`;
  if (one.kind === 'record-type') return `{${one.fields.map(input).join(' ')}}`;
  return `(${[one.element, ...one.dimensions].map(show).join(' ')})`;
}

function body({ statements }: ast.Body, indent: string): string {
  return statements.map(one => `\n${indent}${statement(one, indent)}`).join('');
}

function names({ name, others }: ast.Binding | ast.Assign): string {
  return [name, ...others].map(({ text }) => text).join(' ');
}

function statement(one: ast.Statement, indent: string): string {
  switch (one.kind) {
    case 'let':
    case 'var':
      return `(${one.kind} ${names(one)} ${show(one.value)})`;
    case 'assign':
      return `(= ${names(one)} ${show(one.value)})`;
    case 'update':
      return `(:= ${one.name.text} ${show(one.value)})`;
    case 'param':
    case 'state':
      return `(${one.kind} ${one.name.text} ${type(one.type)} ${show(one.initialiser)})`;
    case 'for':
      return `(for ${one.variable.text} ${show(one.iterable)}${body(one.body, `${indent}  `)})`;
    case 'return':
      return one.value === undefined ? '(return)' : `(return ${returned(one.value)})`;
    case 'minimize': {
      const clauses = [one.selection, one.clip, one.accumulate, one.states, one.master, one.scale];
      const parts = clauses.map(part => (part === undefined ? '_' : show(part)));
      return `(minimize ${[show(one.loss), show(one.optimizer), ...parts].join(' ')})`;
    }
    case 'expect':
      return `(expect ${show(one.limit)})`;
    case 'expression':
      return show(one.expression);
  }
}

function returned(value: ast.Expression | ast.RecordExpression): string {
  if (value.kind !== 'record') return show(value);
  return `{${value.fields.map(one => `${one.name.text}${one.short ? '' : `: ${show(one.value)}`}`).join(', ')}}`;
}

function show(one: ast.Expression): string {
  switch (one.kind) {
    case 'integer':
    case 'float':
    case 'boolean':
      return String(one.value);
    case 'byte-size':
      return `${one.bytes}B`;
    case 'string':
      return `"${one.parts.map(part => (part.kind === 'text' ? JSON.stringify(part.value).slice(1, -1) : `{${show(part.expression)}}`)).join('')}"`;
    case 'element-type':
      return one.element;
    case 'reference':
      return one.name;
    case 'missing':
      return '?';
    case 'list':
      return `[${one.elements.map(show).join(' ')}]`;
    case 'unary':
      return `(${one.operator} ${show(one.operand)})`;
    case 'binary':
      return `(${one.operator} ${show(one.left)} ${show(one.right)})`;
    case 'call':
      return call(one);
    case 'pipe':
      return `(|> ${show(one.value)} ${call(one.call)})`;
    case 'index':
      return `(index ${[show(one.target), ...one.indices.map(part)].join(' ')})`;
    case 'member':
      return `(. ${show(one.target)} ${one.name.text})`;
    case 'if':
      return ifElse(one);
  }
}

function call(one: ast.Call): string {
  const args = one.arguments.map(({ name, value }) =>
    name === undefined ? show(value) : `${name.text}: ${show(value)}`,
  );
  const label = one.label === undefined ? [] : [`as ${show(one.label.value)}`];
  const inner = [one.callee.text, ...args, ...label].join(' ');
  return one.parenthesised || label.length > 0 ? `(${inner})` : inner;
}

function part(one: ast.IndexPart): string {
  if (one.kind === 'rest') return '..';
  if (one.kind === 'at') return show(one.index);
  return [one.start, one.stop, one.step].map(value => (value === undefined ? '_' : show(value))).join(':');
}

function ifElse(one: ast.If): string {
  const branch = ({ statements }: ast.Body): string => `{${statements.map(inner => statement(inner, '')).join('; ')}}`;
  const { otherwise } = one;
  const rest = otherwise === undefined ? '' : ` ${'kind' in otherwise ? ifElse(otherwise) : branch(otherwise)}`;
  return `(if ${show(one.condition)} ${branch(one.then)}${rest})`;
}
