/** A program as it would be in 8 bits: the new texts, and the module that they make. */
import type { Outcome, Source } from '@tessera-dnn/diagnostics';
import type { Graph, Module } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { type ast, elaborate, type Load, parse } from '@tessera-dnn/language';
import { withFloatEnds } from './float-ends.ts';
import type { Levels } from './levels.ts';
import { baseName, loaderOf, namesBeside, type Project } from './project.ts';
import { type Changes, changedTexts, type Marked, marker } from './rewrite.ts';
import { type Texts, userSpans } from './sites.ts';
import { type MarkedValue, markedValues } from './stages.ts';
import { nodesByPlace, placeOf } from './syntax.ts';

/** What is quantised, and how its texts are read. */
export interface Job {
  readonly project: Project;
  readonly texts: Texts;
  readonly program: string;
  readonly table: OpTable;
  readonly set?: Readonly<Record<string, string>>;
  /** What the new texts are called: `name.dnn` and those beside it. */
  readonly name: string;
}

export interface Draft {
  readonly job: Job;
  readonly changes: Changes;
  /** The root first. */
  readonly sources: readonly Source[];
  readonly load: Load;
  /** With floats as inputs and outputs. */
  readonly module: Module;
  readonly graph: Graph;
  /** The values behind markers, with what the text marks there. */
  readonly values: readonly (MarkedValue & { readonly marked: Marked })[];
}

/** The texts with their changes, elaborated. */
export function draftOf(job: Job, changes: Changes, levels?: (marked: Marked) => Levels): Outcome<Draft> {
  const { project, texts, table, set, program } = job;
  const names = namesBeside(project, job.name);
  const nameOf = (file: ast.File) => names.get(file) as string;
  const changed = changedTexts(texts, changes, levels, item => {
    const file = project.imported(item);
    return file === undefined ? item.path : `./${baseName(nameOf(file))}`;
  });
  if (!changed.ok) return changed;
  const sources = changed.value.map(({ text }, at) => ({ name: nameOf(project.files[at]), text }));
  const load = loaderOf(sources);
  const elaborated = elaborate(parse(sources[0]).file, { table, load, set, programs: [program] });
  if (!elaborated.ok) return elaborated;
  const module = withFloatEnds(elaborated.value, table);
  const { graph } = module.programs[0];
  const marks = new Map(sources.flatMap((source, at) => [...marksOf(source, changed.value[at].marked)]));
  const values = markedValues(graph, module).flatMap(value => {
    const [span] = userSpans(graph.nodes[value.value].origin);
    const end = changes.marked.find(({ end }) => end?.scale === value.scale.path);
    const marked = end ?? (span && marks.get(placeOf(span)));
    return marked === undefined ? [] : [{ ...value, marked }];
  });
  return { ok: true, value: { job, changes, sources, load, module, graph, values }, diagnostics: [] };
}

/** The calls of the marker in a text, by their places. They stand in the order in which they were written. */
function marksOf(source: Source, marked: readonly Marked[]): ReadonlyMap<string, Marked> {
  const calls = [...nodesByPlace(parse(source).file).values()]
    .flatMap(({ node }) => (node.kind === 'call' && node.callee.text === marker ? [node] : []))
    .sort((a, b) => a.callee.span.start - b.callee.span.start);
  return new Map(calls.map((call, at) => [placeOf(call.span), marked[at]]));
}
