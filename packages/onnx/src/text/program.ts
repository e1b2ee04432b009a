/**
 * Prints the values that a model is as one `model` of the language. A value that one other value reads stands where it is read: as a step of a chain
 * `x |> f |> g`, or as an operand if it is short; all others get a name.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { StoredTensor } from '@tessera-dnn/formats';
import { showType } from '@tessera-dnn/graph';
import { formatSource, reservedWords } from '@tessera-dnn/language';
import type { RepeatSource, Value } from '../draft/value.ts';
import { postOrder, readers } from '../recognise/reachable.ts';
import { Writer } from './expressions.ts';
import type { Named } from './named.ts';
import { identifierOf, languageNames, Names, programNames, shortName } from './names.ts';
import { printRepeat } from './repeat.ts';
import { statementOf } from './statements.ts';
import { Variables } from './variables.ts';

export interface ProgramContent {
  readonly file: string;
  readonly producer: string;
  /** What the program should be called. */
  readonly network: string;
  readonly operations: readonly string[];
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
}

/** A value under the name that the model gives it. */
export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

export interface Printed {
  readonly text: string;
  readonly weights: ReadonlyMap<string, StoredTensor>;
  readonly network: string;
  readonly inputs: readonly Named[];
  readonly outputs: readonly Named[];
  readonly renamed: readonly Named[];
}

/** The formatted text of a program, and its weights by their paths in it. */
export function printProgram(content: ProgramContent): Printed {
  const names = new Names(languageNames(content.operations));
  const inputs = content.inputs.map(({ name }) => ({ name: names.take(shortName(name) ?? 'x'), original: name }));
  const results = content.outputs.map(({ value }) => value);
  const order = postOrder(results);
  const variables = new Variables(names);
  const writer = new Writer(readers(order, results), variables);
  for (const [at, { value }] of content.inputs.entries()) writer.name(value, inputs[at].name);
  const fields = new Names(reservedWords);
  const outputs = content.outputs.map(({ name }) => ({
    name: fields.take(shortName(name) ?? 'output'),
    original: name,
  }));
  const isNamed = outputs.length > 1 || outputs[0]?.name !== 'output';
  const named = new Map(isNamed ? results.map((value, at) => [value, outputs[at].name] as const) : []);
  const blocks: string[] = [];
  const statements = order.flatMap(value => {
    if (value.source.kind !== 'repeat') return statementOf(writer, names, value, named.get(value));
    const repeated = printRepeat(value as Value & { readonly source: RepeatSource }, {
      writer,
      names,
      weights: variables.weights,
      operations: content.operations,
    });
    blocks.push(...repeated.block, '');
    return repeated.statements;
  });
  const network = new Names([...programNames, ...languageNames(content.operations)]).take(
    identifierOf(content.network)?.toLowerCase() ?? 'net',
  );
  const result = resultOf(writer, outputs, results);
  const parameters = content.inputs.map(({ value }, at) => `${inputs[at].name}: ${showType(value.type)}`);
  const head = `model ${network}(${parameters.join(', ')}) -> ${result.type} {`;
  const renamed = [...inputs, ...outputs].filter(({ name, original }) => name !== original);
  const text = [
    ...comments(content, renamed),
    ...blocks,
    head,
    ...variables.declarations,
    ...statements,
    result.statement,
    '}',
    '',
  ].join('\n');
  return { text: formatted(text), weights: variables.weights, network, inputs, outputs, renamed };
}

/** The results under their names. A single one that is called `output` needs none. */
function resultOf(writer: Writer, outputs: readonly Named[], results: readonly Value[]) {
  if (outputs.length === 1 && outputs[0].name === 'output')
    return { type: showType(results[0].type), statement: `return ${writer.expression(results[0])}` };
  const types = outputs.map(({ name }, at) => `${name}: ${showType(results[at].type)}`);
  const values = outputs.map(({ name }, at) => {
    const text = writer.expression(results[at]);
    return text === name ? name : `${name}: ${text}`;
  });
  return { type: `{ ${types.join(', ')} }`, statement: `return { ${values.join(', ')} }` };
}

function comments({ file, producer }: ProgramContent, renamed: readonly Named[]): readonly string[] {
  const changed = renamed.map(({ name, original }) => `// \`${name}\` is ${JSON.stringify(original)} in the model.`);
  return [
    `// Imported from ${oneLine(file)}${producer === '' ? '' : `, which ${oneLine(producer)} wrote`}.`,
    ...changed.map(oneLine),
  ];
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}

function formatted(text: string): string {
  const outcome = formatSource(text);
  if (outcome.ok) return outcome.value;
  throw new InternalError('onnx', 'the imported program has syntax errors', outcome.diagnostics[0]?.message);
}
