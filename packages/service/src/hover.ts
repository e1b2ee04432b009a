/** What is told of the thing under the cursor, as Markdown. */
import type { Span } from '@tessera-dnn/diagnostics';
import { showType, tensorBytes, type Variable } from '@tessera-dnn/graph';
import type { ast, Meaning } from '@tessera-dnn/language';
import { formatSize } from '@tessera-dnn/machine';
import { declarationOf } from './names.ts';
import { pathAt, placeKey } from './nodes.ts';
import { showSignature, signatureNamed, signatureOf, textOf } from './signatures.ts';
import { sizeOf } from './sizes.ts';
import { callOf, type Subject, subjectAt } from './subject.ts';
import type { Document } from './workspace.ts';

export interface Hover {
  readonly place: Span;
  readonly markdown: string;
}

/** The hover at an offset; undefined where there is nothing to say. */
export function hoverAt(document: Document, offset: number): Hover | undefined {
  const subject = subjectAt(document, offset);
  if (subject === undefined) return undefined;
  const parts = [...headOf(document, subject), ...valueLines(document, subject), ...parameterTable(document, subject)];
  return parts.length === 0 ? undefined : { place: subject.place, markdown: parts.join('\n\n') };
}

function headOf(document: Document, subject: Subject): readonly string[] {
  switch (subject.kind) {
    case 'name':
      return nameHead(document, subject.place, subject.meaning);
    case 'argument': {
      const { parameter, call, place } = subject;
      const written =
        parameter === undefined ? builtInParameter(document, call, textOf(place)) : declarationText(parameter);
      return written === undefined ? [] : [code(`${call.callee.text}(… ${written} …)`)];
    }
    case 'import':
    case 'label':
    case 'expression':
      return [];
  }
}

function nameHead(document: Document, place: Span, meaning: Meaning): readonly string[] {
  if (meaning.kind === 'local') return [code(declarationText(meaning.declaration) ?? textOf(place))];
  const { callee } = meaning;
  if (callee.kind === 'item' && callee.visible.item.kind === 'const') return [code(textOf(callee.visible.item.span))];
  const signature = signatureOf(callee) ?? signatureNamed(document, textOf(place));
  if (signature === undefined) return [];
  return [code(`${signature.kind} ${showSignature(signature)}`), ...(signature.doc === '' ? [] : [signature.doc])];
}

/** The line, or the rest of the parameter list, in which a name is declared: `param weight: f32[units, inputs] = fan_in_uniform`. */
function declarationText({ source: { text }, start, end }: Span): string | undefined {
  const from = text.lastIndexOf('\n', start) + 1;
  const line = text.slice(from, text.indexOf('\n', end) < 0 ? text.length : text.indexOf('\n', end));
  if (/^\s*(let|var|param|state|for)\b/.test(line)) return line.trim().replace(/\s*\{$/, '');
  const rest = /^\s*(?::[^,()]*(?:\[[^\]]*\])?|=\s*[^,)\]]+)?/.exec(text.slice(end))?.[0] ?? '';
  return text.slice(start, end) + rest.trimEnd();
}

function builtInParameter(document: Document, call: ast.Call, name: string): string | undefined {
  return signatureNamed(document, call.callee.text)?.parameters.find(one => one.startsWith(name));
}

/** What the thing came to: `f32[1, 16, 32, 32], 64 KiB`, a line for each different call. */
function valueLines(document: Document, subject: Subject): readonly string[] {
  const place =
    subject.kind === 'label' || (subject.kind === 'name' && subject.call) ? subject.call?.span : subject.place;
  const declared = subject.kind === 'name' ? declarationOf(subject.meaning) : undefined;
  const values = document.values();
  const own = place === undefined ? [] : values.at(place);
  const seen = own.length > 0 || declared === undefined ? own : values.at(declared);
  const lines = seen.map(({ text, value, times }) => {
    const size = sizeOf(value);
    return `\`${text}\`${size === undefined ? '' : `, ${size}`}${times > 1 ? ` (${times} times)` : ''}`;
  });
  return lines.length === 0 ? [] : [lines.join('  \n')];
}

/** The parameters of a layer: those that were declared inside its call. */
function parameterTable(document: Document, subject: Subject): readonly string[] {
  if (subject.kind !== 'label' && (subject.kind !== 'name' || subject.call === undefined)) return [];
  const call = subject.call ?? callOf(pathAt(document.file, subject.place.start));
  const variables = call === undefined ? [] : variablesOf(document, call);
  if (variables.length === 0) return [];
  const bytes = variables.reduce((sum, { type }) => sum + tensorBytes(type), 0);
  const rows = variables.slice(0, 12).map(({ kind, path, type }) => {
    return `| ${kind} \`${path}\` | \`${showType(type)}\` | ${formatSize(tensorBytes(type))} |`;
  });
  const more = variables.length > rows.length ? [`| and ${variables.length - rows.length} more | | |`] : [];
  return [['| | | |', '|---|---|--:|', ...rows, ...more, `| together | | ${formatSize(bytes)} |`].join('\n')];
}

/** The variables that a call declares, or those of the model that it calls. */
export function variablesOf(document: Document, call: ast.Call): readonly Variable[] {
  const { variables } = document.values();
  const key = placeKey(call.span);
  const own = variables.filter(({ origin }) => origin.calls?.some(span => placeKey(span) === key));
  if (own.length > 0) return own;
  const { files } = document.names();
  const models = files.flatMap(({ file }) => file.items.filter((item): item is ast.Entry => item.kind === 'model'));
  const model = models.find(({ name }) => name.text === call.callee.text);
  if (model === undefined) return [];
  const { source, start, end } = model.span;
  return variables.filter(({ origin: { span, calls = [] } }) => {
    const outermost = calls.at(-1) ?? span;
    return outermost?.source.name === source.name && start <= outermost.start && outermost.end <= end;
  });
}

function code(text: string): string {
  return `\`\`\`dnn\n${text}\n\`\`\``;
}
