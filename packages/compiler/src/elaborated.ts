/** A model as its text says it, for whoever makes something else of it than an artifact. */
import { type Diagnostic, isError, type Outcome, type Source } from '@tessera-dnn/diagnostics';
import type { Module, Program } from '@tessera-dnn/graph';
import { elaborate, parse } from '@tessera-dnn/language';
import { dead, fold } from '@tessera-dnn/passes';
import type { Code } from './explain/catalogue.ts';
import { type CompileOptions, tableOf } from './options.ts';
import { matchWeights } from './weights.ts';

/** One program of a text. */
export interface ElaboratedModel {
  /** The program's variables, and it alone. Nothing is fused; what depends on constants only is computed. */
  readonly module: Module;
  readonly program: Program;
  /** Row-major values of variables by path; a state that the weights lack has none. */
  readonly values: ReadonlyMap<string, ArrayLike<number>>;
}

/** What is asked of a text, as of a compilation. */
export type ElaboratedOptions = Pick<
  CompileOptions,
  'load' | 'set' | 'programs' | 'weights' | 'spareWeights' | 'foreignWeights' | 'conversion' | 'table'
>;

/**
 * The program that `programs` names, or else the only model. Errors: those of the text and of the weights, and several models of which none is named.
 * Without `weights` no variable has a value.
 */
export function elaboratedModel(source: Source, options: ElaboratedOptions): Outcome<ElaboratedModel> {
  const table = tableOf(options);
  const { file, diagnostics: syntax } = parse(source);
  const { load = () => undefined, set = {}, programs: asked } = options;
  const first = elaborate(file, { table, load, set, programs: asked, syntax });
  const diagnostics = [...syntax, ...first.diagnostics];
  if (!first.ok || syntax.some(isError)) return { ok: false, diagnostics };
  const found = first.value.programs.filter(({ kind }) => asked !== undefined || kind === 'model');
  if (found.length !== 1) return { ok: false, diagnostics: [...diagnostics, notOne(source, found)] };
  // Once more for its own variables, which are those that the weights must have.
  const [{ name }] = found;
  const only = elaborate(file, { table, load, set, programs: [name], syntax });
  if (!only.ok) return { ok: false, diagnostics };
  const settings = { table, strict: true };
  const module = [fold, dead].reduce((before, pass) => pass.run(before, settings), only.value);
  const { weights, spareWeights, foreignWeights, conversion } = options;
  const matched = weights && matchWeights(module, weights, spareWeights, foreignWeights, conversion);
  const all = [...diagnostics, ...(matched?.diagnostics ?? [])];
  if (matched?.ok === false) return { ok: false, diagnostics: all };
  const program = module.programs.find(program => program.name === name) ?? found[0];
  return { ok: true, value: { module, program, values: matched?.value ?? new Map() }, diagnostics: all };
}

function notOne({ name }: Source, found: readonly Program[]): Diagnostic<Code> {
  if (found.length === 0) {
    const help = 'write `model name(x: f32[n]) { … }`';
    return { code: 'nothing-to-compile', severity: 'error', message: `${name} has no model`, help };
  }
  const names = found.map(program => program.name);
  const message = `${name} has several models: ${names.join(', ')}`;
  return { code: 'several-models', severity: 'error', message, help: `choose one: --program ${names[0]}` };
}
