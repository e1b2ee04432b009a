/**
 * Inputs and outputs that are levels, so that nothing of a program has 32 bits where it enters or leaves:
 *
 *     model m(x: f32[1, 4]) -> f32[1, 2] {      model m(x: i8[1, 4]) -> i8[1, 2] {
 *       x |> dense(2) as fc                       param x_scale: f32[] = ones
 *     }                                           let x = dequantize(x, x_scale)
 *                                                 param output_scale: f32[] = ones
 *                                                 x |> dense(2, weights: i8) as fc |> quantize(output_scale)
 *                                               }
 */
import type { Graph } from '@tessera-dnn/graph';
import type { ast } from '@tessera-dnn/language';
import { atStart, callBehind, type PlacedEdit } from './calls.ts';
import { type Levels, levelArguments } from './levels.ts';
import { inputSites, type Texts } from './sites.ts';
import { isInside, placeOf } from './syntax.ts';

/** What of a program's inputs and outputs are to be levels. */
export interface Wanted {
  readonly inputs: boolean;
  readonly outputs: boolean;
}

/** An input or output that is levels. */
export interface End {
  readonly kind: 'input' | 'output';
  readonly name: string;
  /** The path of the parameter that is its scale. */
  readonly scale: string;
  readonly edits: (levels: Levels) => readonly PlacedEdit[];
}

export interface Ends {
  readonly levels: readonly End[];
  /** Names of those that stay in floats since nothing can be written that would change them. */
  readonly unable: readonly string[];
}

/** The wanted ends of a program, as far as they are floats. Where others of the text call it, it stays as it is for them. */
export function endsOf({ inputs, outputs, nodes }: Graph, texts: Texts, entry: ast.Entry, wanted: Wanted): Ends {
  const isCalled = [...texts.nodes.values()].some(
    ({ node }) => node.kind === 'call' && node.callee.text === entry.name.text && !isTraining(texts, node),
  );
  const words = new Set(texts.files.flatMap(({ source }) => source.text.match(/\w+/g) ?? []));
  const scaleOf = (name: string): string => {
    const candidates = Array.from({ length: words.size + 1 }, (_, i) => `${name}_scale${i === 0 ? '' : i + 1}`);
    const free = candidates.find(candidate => !words.has(candidate)) as string;
    words.add(free);
    return free;
  };
  const asked = [
    ...(wanted.inputs ? inputs.map(end => ({ ...end, find: inputEnd })) : []),
    ...(wanted.outputs ? outputs.map(end => ({ ...end, find: outputEnd })) : []),
  ].filter(({ value }) => nodes[value].type.element === 'f32');
  const found = asked.map(({ name, find }) => ({
    name,
    end: isCalled ? undefined : find(texts, entry, name, scaleOf(name)),
  }));
  return {
    levels: found.flatMap(({ end }) => end ?? []),
    unable: found.flatMap(({ name, end }) => (end === undefined ? [name] : [])),
  };
}

/** Programs that train are not part of the new text. */
function isTraining({ files }: Texts, { span }: ast.Call): boolean {
  return files.some(({ items }) => items.some(item => item.kind === 'train' && isInside(span, item.span)));
}

/** The body reads the input's floats under its name. */
function inputEnd(texts: Texts, entry: ast.Entry, name: string, scale: string): End | undefined {
  const declared = entry.inputs.find(input => input.name.text === name);
  if (declared?.type.element.kind !== 'element-type' || inputSites(texts, entry, name).length === 0) return undefined;
  const { source } = entry.span;
  const { span } = declared.type.element;
  const edits = ({ type }: Levels): readonly PlacedEdit[] => [
    { source, edit: { ...span, text: type }, order: 0 },
    atStart(entry.body, `param ${scale}: f32[] = ones\nlet ${name} = dequantize(${name}, ${scale})`),
  ];
  return { kind: 'input', name, scale, edits };
}

/** The only value that is returned for the output. */
function outputEnd(texts: Texts, entry: ast.Entry, name: string, scale: string): End | undefined {
  const returned = returnedAs(texts, entry, name);
  const declared = declaredAs(entry, name);
  if (returned === undefined || (declared !== undefined && declared.element.kind !== 'element-type')) return undefined;
  const { source } = entry.span;
  const edits = (levels: Levels): readonly PlacedEdit[] => {
    const further = [scale, ...levelArguments(levels)];
    const { node, parent, short } = returned;
    const { end } = node.span;
    const calls = short
      ? [{ source, edit: { start: end, end, text: `: quantize(${[name, ...further].join(', ')})` }, order: 0 }]
      : callBehind({ node, parent }, 'quantize', further);
    return [
      ...(declared === undefined ? [] : [{ source, edit: { ...declared.element.span, text: levels.type }, order: 0 }]),
      atStart(entry.body, `param ${scale}: f32[] = ones`),
      // A marker of the same value stands within.
      ...calls.map(call => ({ ...call, order: call.order + Math.sign(call.order) / 2 })),
    ];
  };
  return { kind: 'output', name, scale, edits };
}

interface Returned {
  readonly node: ast.Expression;
  readonly parent: { readonly kind: string; readonly span: ast.Entry['span'] };
  /** Whether `{ name }` says what is returned, and how it is called. */
  readonly short: boolean;
}

function returnedAs({ nodes }: Texts, { body }: ast.Entry, name: string): Returned | undefined {
  const returns = [...nodes.values()].flatMap(({ node }) =>
    node.kind === 'return' && isInside(node.span, body.span) ? [node] : [],
  );
  const last = body.statements.at(-1);
  const final = last?.kind === 'expression' ? { ...last, value: last.expression } : undefined;
  const [only, ...others] = final === undefined ? returns : [...returns, final];
  if (only?.value === undefined || others.length > 0) return undefined;
  const { value } = only;
  if (value.kind !== 'record') {
    if (name !== 'output') return undefined;
    return { node: value, parent: nodes.get(placeOf(value.span))?.parent ?? only, short: false };
  }
  const field = value.fields.find(({ name: { text } }) => text === name);
  return field && { node: field.value, parent: { kind: 'record', span: field.span }, short: field.short };
}

function declaredAs({ result }: ast.Entry, name: string): ast.TensorType | undefined {
  if (result?.kind !== 'record-type') return result;
  return result.fields.find(field => field.name.text === name)?.type;
}
