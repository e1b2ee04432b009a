/**
 * Values that are set from outside (`--set classes=100`, `--set lenet.n=8`): constants of the root file, which keep the kind of their own
 * value, and dimension parameters of its models and trains.
 */
import type { Entry, Expression } from '../ast.ts';
import { parse } from '../parse.ts';
import type { FileScope } from './files.ts';
import type { Reporter } from './report.ts';
import { didYouMean } from './suggest.ts';
import { booleanValue, describe, floatValue, integerValue, listValue, poison, textValue, type Value } from './value.ts';

export interface Settings {
  readonly root: FileScope;
  readonly texts: ReadonlyMap<string, string>;
}

/** Reports settings that name nothing. */
export function checkSettings({ root, texts }: Settings, reporter: Reporter): void {
  const known = settable(root);
  for (const name of texts.keys()) {
    if (known.includes(name)) continue;
    const help = didYouMean(name, known) ?? (known.length > 0 ? `it has ${known.join(', ')}` : undefined);
    const message = `--set ${name}: the file has no such constant or dimension parameter`;
    reporter.error({ code: 'unknown-setting', message, help });
  }
}

/** The value that a constant was set to, or its own value if none was set. */
export function settingOf({ texts }: Settings, name: string, own: Value, reporter: Reporter): Value {
  const text = texts.get(name);
  if (text === undefined || own.kind === 'poison') return own;
  const given = own.kind === 'text' ? textOf(text) : read(text);
  const fitted = given === undefined ? undefined : fit(given, own);
  if (fitted !== undefined) return fitted;
  const message = `--set ${name}=${text}: ${name} is ${describe(own)} in the file, and this is not ${kindOf(own)}`;
  reporter.error({ code: 'bad-setting', message });
  return poison;
}

/** The value that the dimension `name` of an entry point was set to; undefined if none was set, poison after a report. */
export function dimensionSetting(
  { texts }: Settings,
  entry: Entry,
  name: string,
  reporter: Reporter,
): Value | undefined {
  const text = texts.get(`${entry.name.text}.${name}`);
  if (text === undefined) return undefined;
  const given = read(text);
  if (given?.kind === 'number' && given.integer && given.value > 0) return given;
  const message = `--set ${entry.name.text}.${name}=${text}: a dimension is a whole number from 1 on`;
  reporter.error({ code: 'bad-setting', message });
  return poison;
}

function settable(root: FileScope): string[] {
  return root.file.items.flatMap(item => {
    if (item.kind === 'const') return [item.name.text];
    if (item.kind !== 'model' && item.kind !== 'train') return [];
    return item.dimensions.map(dimension => `${item.name.text}.${dimension.name.text}`);
  });
}

function kindOf(own: Value): string {
  if (own.kind === 'number') return own.integer ? 'a whole number' : 'a number';
  return own.kind === 'boolean' ? 'true or false' : own.kind === 'list' ? 'a list' : 'a value of that kind';
}

function fit(given: Value, own: Value): Value | undefined {
  if (given.kind !== own.kind) return undefined;
  if (given.kind !== 'number' || own.kind !== 'number') return given;
  if (own.integer) return given.integer ? given : undefined;
  return floatValue(given.value);
}

/** The value of a text constant, which may be given with or without quotes. */
function textOf(text: string): Value {
  const quoted = read(text);
  return quoted?.kind === 'text' ? quoted : textValue(text);
}

/** Reads a literal as the language writes it. */
function read(text: string): Value | undefined {
  const { file, diagnostics } = parse({ name: '<set>', text: `const value = ${text}\n` });
  const item = file.items.length === 1 ? file.items[0] : undefined;
  return diagnostics.length > 0 || item?.kind !== 'const' ? undefined : literal(item.value);
}

function literal(expression: Expression): Value | undefined {
  switch (expression.kind) {
    case 'integer':
      return integerValue(expression.value);
    case 'float':
      return floatValue(expression.value);
    case 'byte-size':
      return integerValue(expression.bytes);
    case 'boolean':
      return booleanValue(expression.value);
    case 'element-type':
      return { kind: 'element', element: expression.element };
    case 'string':
      return textValue(expression.parts.map(part => (part.kind === 'text' ? part.value : '')).join(''));
    case 'unary': {
      const operand = literal(expression.operand);
      return expression.operator === '-' && operand?.kind === 'number'
        ? { ...operand, value: -operand.value }
        : undefined;
    }
    case 'list': {
      const elements = expression.elements.map(literal);
      return elements.includes(undefined) ? undefined : listValue(elements.filter(element => element !== undefined));
    }
    default:
      return undefined;
  }
}
