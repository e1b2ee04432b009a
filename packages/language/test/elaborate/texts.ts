/** Elaborates texts with the stand-in ops. */
import { type Diagnostic, render } from '@tessera-dnn/diagnostics';
import type { Module, Program, Variable } from '@tessera-dnn/graph';
import { check, type ElaborateOptions, elaborate } from '../../src/elaborate/elaborate.ts';
import { parse } from '../../src/parse.ts';
import { standIns } from './stand-ins.ts';

export type Extra = Partial<Omit<ElaborateOptions, 'table'>> & {
  /** The texts of files that may be imported, by name. */
  readonly files?: Readonly<Record<string, string>>;
};

function optionsOf({ files, ...extra }: Extra): ElaborateOptions {
  const load = (path: string) => {
    const name = path.replace(/^\.\//, '');
    return files?.[name] === undefined ? undefined : { name, text: files[name] };
  };
  return { table: standIns, load, ...extra };
}

/** The module of a text that must have no errors. */
export function moduleOf(text: string, extra: Extra = {}): Module {
  const { file, diagnostics } = parse({ name: 'test.dnn', text });
  const outcome = elaborate(file, optionsOf(extra));
  if (!outcome.ok || diagnostics.length > 0)
    throw new Error([...diagnostics, ...outcome.diagnostics].map(d => render(d)).join('\n\n'));
  return outcome.value;
}

/** The program of a text with one model. */
export function programOf(text: string, extra: Extra = {}): Program {
  return moduleOf(text, extra).programs[0];
}

export function pathsOf(text: string, extra: Extra = {}): string[] {
  return moduleOf(text, extra).variables.map(variable => variable.path);
}

export function variableOf(text: string, path: string, extra: Extra = {}): Variable {
  const found = moduleOf(text, extra).variables.find(variable => variable.path === path);
  if (found === undefined) throw new Error(`no variable ${path}`);
  return found;
}

export function diagnosticsOf(text: string, extra: Extra = {}): readonly Diagnostic[] {
  return check({ name: 'test.dnn', text }, optionsOf(extra));
}

/** `code line:column` of every diagnostic. */
export function complaintsOf(text: string, extra: Extra = {}): string[] {
  return diagnosticsOf(text, extra).map(({ code, span }) => {
    if (span === undefined) return code;
    const before = span.source.text.slice(0, span.start).split('\n');
    return `${code} ${before.length}:${(before.at(-1) ?? '').length + 1}`;
  });
}

/** The value of a compile-time expression, which becomes the extent of an output. */
export function extentOf(expression: string, before = '', extra: Extra = {}): number {
  const program = programOf(`${before}\nmodel m(x: f32[1]) {\n  zeros([${expression}])\n}\n`, extra);
  return program.graph.nodes[program.graph.outputs[0].value].type.shape[0];
}

/** The type of a model's only output, in the language's notation. */
export function outputOf(text: string, extra: Extra = {}): string {
  const { nodes, outputs } = programOf(text, extra).graph;
  const { element, shape } = nodes[outputs[0].value].type;
  return `${element}[${shape.join(', ')}]`;
}
