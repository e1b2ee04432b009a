/** What is quantised: a program with its texts, the values of its variables, and samples to run it on. */
import type { Diagnostic, Outcome, Source } from '@tessera-dnn/diagnostics';
import type { StoredTensor } from '@tessera-dnn/formats';
import type { Graph, Module } from '@tessera-dnn/graph';
import { type ast, elaborate } from '@tessera-dnn/language';
import { type CompileOptions, tableOf } from '../options.ts';
import { matchWeights } from '../weights.ts';
import type { Job } from './draft.ts';
import { storedVariables } from './new-weights.ts';
import { openProject } from './project.ts';
import { alreadyQuantized, chosenModel, nameTaken } from './refusals.ts';
import { type Calibration, calibrationOf } from './samples.ts';
import { textsOf } from './sites.ts';

/** What has to be given. */
export interface Given
  extends Pick<CompileOptions, 'load' | 'set' | 'spareWeights' | 'foreignWeights' | 'conversion' | 'table'> {
  /** The values of the program's variables in floats. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** Samples for each input, along the first axis. */
  readonly data: ReadonlyMap<string, StoredTensor>;
  /** What the new texts are called: `name.dnn`, and `name.blocks.dnn` for an imported `blocks.dnn`. */
  readonly name: string;
  /** Which model; there may be one only if it is left out. */
  readonly program?: string;
}

export interface Subject {
  readonly job: Job;
  readonly entry: ast.Entry;
  readonly module: Module;
  readonly graph: Graph;
  /** The values of the variables, and the same as a file would hold them. */
  readonly values: ReadonlyMap<string, ArrayLike<number>>;
  readonly floats: ReadonlyMap<string, StoredTensor>;
  readonly data: Calibration;
}

/** The subject, or all that is wrong with text, weights and data. */
export function subjectOf(source: Source, given: Given): Outcome<Subject> {
  const table = tableOf(given);
  const { load, set, name } = given;
  const project = openProject(source, load);
  const entry = chosenModel(project.files[0], given.program);
  if (!entry.ok) return { ok: false, diagnostics: [...project.diagnostics, ...entry.diagnostics] };
  const program = entry.value.name.text;
  const elaborated = elaborate(project.files[0], { table, load, set, programs: [program] });
  const diagnostics: Diagnostic[] = [...project.diagnostics, ...elaborated.diagnostics];
  if (!elaborated.ok || project.diagnostics.length > 0) return { ok: false, diagnostics };
  const module = elaborated.value;
  const { graph } = module.programs[0];
  const refused = alreadyQuantized(graph, source) ?? nameTaken(project.files);
  if (refused !== undefined) return { ok: false, diagnostics: [...diagnostics, refused] };
  const { spareWeights: spare, foreignWeights: foreign, conversion } = given;
  const weights = matchWeights(module, given.weights, spare, foreign, conversion);
  const data = calibrationOf(graph, given.data, conversion);
  diagnostics.push(...weights.diagnostics, ...data.diagnostics);
  if (!weights.ok || !data.ok) return { ok: false, diagnostics };
  const job: Job = { project, texts: textsOf(project.files), program, table, set, name };
  const floats = storedVariables(module.variables, weights.value);
  const value = { job, entry: entry.value, module, graph, values: weights.value, floats, data: data.value };
  return { ok: true, value, diagnostics };
}
