/**
 * Prints parts that make the same calls as a block, and its calls as a loop. Variables are labelled by the part of their names that each part has for itself:
 * `enc.0.linear1` is `linear1` in a block whose first call is `enc.0`.
 */
import type { StoredTensor } from '@tessera-dnn/formats';
import { operandsOf, type RepeatSource, type Value } from '../draft/value.ts';
import { readers } from '../recognise/reachable.ts';
import { Writer } from './expressions.ts';
import { layerLabel } from './labels.ts';
import { identifierOf, languageNames, Names } from './names.ts';
import { statementOf } from './statements.ts';
import { valueName } from './value-names.ts';
import { type Turns, Variables } from './variables.ts';

export interface Around {
  readonly writer: Writer;
  readonly names: Names;
  readonly weights: Map<string, StoredTensor>;
  readonly operations: readonly string[];
}

type Repeated = Value & { readonly source: RepeatSource };

/** The lines of the block, and the statements that call it; the value has a name in `writer` from then on. */
export function printRepeat(value: Repeated, { writer, names, weights, operations }: Around) {
  const { input, shared, parts } = value.source;
  const scopes = parts.map(scopeOfPart);
  const areApart = scopes.every((scope, at) => scope !== '' && scopes.indexOf(scope) === at);
  const family = areApart ? scopes[0].replace(/[._-]?\d+$/, '') : '';
  const block = names.take(`${identifierOf(family) ?? 'part'}_part`);
  const labels = areApart ? scopes : parts.map((_, at) => `${block}_${at}`);
  const inner = new Names(languageNames(operations));
  const variables = new Variables(inner, weights, turnsOf(parts, labels, areApart ? scopes[0] : undefined));
  const parameters = [input, ...shared].map(
    (operand, at) => [operand, inner.take(at === 0 ? 'x' : valueName(operand))] as const,
  );
  const [part] = parts;
  const result = part[part.length - 1];
  const own = new Writer(readers(part, [result]), variables);
  for (const [operand, name] of parameters) own.name(operand, name);
  const lines = part.flatMap(one =>
    one === result ? [] : statementOf(own, inner, one, undefined, areApart ? scopes[0] : undefined),
  );
  const returned = own.definition(result);
  const body = [...variables.declarations, ...lines, `return ${returned}`];
  const head = `block ${block}(${parameters.map(([, name]) => name).join(', ')}) {`;
  const name = names.take(identifierOf(family) ?? valueName(value));
  const statements = calls(name, block, labels, {
    start: writer.expression(input),
    more: shared.map(one => writer.expression(one)),
  });
  writer.name(value, name);
  return { block: [head, ...body, '}'], statements };
}

/** What the labels of all layers of a part begin with. */
function scopeOfPart(part: readonly Value[]): string {
  const labels = part.flatMap(value => {
    if (value.source.kind !== 'block') return [];
    const [first] = Object.values(value.source.variables);
    const label = first && layerLabel(first, value);
    return label === undefined ? [] : [label.split('.').slice(0, -1)];
  });
  const [first = []] = labels;
  const common = first.findIndex((word, at) => labels.some(label => label[at] !== word));
  return (common < 0 ? first : first.slice(0, common)).join('.');
}

function turnsOf(parts: readonly (readonly Value[])[], labels: readonly string[], scope: string | undefined): Turns {
  const same = new Map<StoredTensor, StoredTensor[]>();
  parts[0].forEach((value, at) => {
    weightsIn(value).forEach((stored, which) => {
      same.set(
        stored,
        parts.map(part => weightsIn(part[at])[which]),
      );
    });
  });
  return {
    of: stored => labels.map((label, turn) => ({ label, tensor: same.get(stored)?.[turn] ?? stored })),
    inner: label =>
      scope === undefined || label === undefined
        ? undefined
        : label.startsWith(`${scope}.`)
          ? label.slice(scope.length + 1)
          : label,
  };
}

function weightsIn(value: Value): readonly StoredTensor[] {
  const own = value.source.kind === 'block' ? Object.values(value.source.variables).map(({ stored }) => stored) : [];
  return [...own, ...operandsOf(value).flatMap(({ source }) => (source.kind === 'weight' ? [source.stored] : []))];
}

interface Arguments {
  readonly start: string;
  readonly more: readonly string[];
}

/** A loop where labels count up; else one call behind the other. */
function calls(name: string, block: string, labels: readonly string[], { start, more }: Arguments): readonly string[] {
  const numbered = labels.map(label => /^(.*?)(\d+)([^\d]*)$/.exec(label));
  const [first] = numbered;
  const counts = numbered.every(
    (match, at) =>
      match !== null &&
      first &&
      match[1] === first[1] &&
      match[3] === first[3] &&
      Number(match[2]) === Number(first[2]) + at &&
      String(Number(match[2])) === match[2],
  );
  if (!counts || !first) {
    const steps = labels.map(label => `|> ${block}(${more.join(', ')}) as ${JSON.stringify(label)}`);
    return [`let ${name} = (${start}) ${steps.join(' ')}`];
  }
  const from = Number(first[2]);
  const range = from === 0 ? `range(${labels.length})` : `range(${from}, ${from + labels.length})`;
  const call = `${block}(${[name, ...more].join(', ')}) as "${first[1]}{i}${first[3]}"`;
  return [`var ${name} = ${start}`, `for i in ${range} {`, `${name} = ${call}`, '}'];
}
