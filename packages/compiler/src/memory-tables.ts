/** The table of every program of a text, from the graphs between the passes. Nothing is placed for it. */
import { InternalError, type Outcome, type Source } from '@tessera-dnn/diagnostics';
import type { Module, Node } from '@tessera-dnn/graph';
import { elementCount } from '@tessera-dnn/graph';
import { elaboration } from '@tessera-dnn/language';
import { dead, type MemoryTable, memoryTable, schedule } from '@tessera-dnn/passes';
import { frontEnd } from './front-end.ts';
import { type CompileOptions, tableOf } from './options.ts';
import { frontStages, type PipelineStage } from './stages.ts';

export interface MemoryTables {
  /** How many elements all params have. */
  readonly parameters: number;
  readonly states: number;
  readonly programs: readonly MemoryTable[];
}

/** What is computed again is what `options.recompute` says, `auto` if it says nothing. */
export function memoryTables(source: Source, options: CompileOptions = {}): Outcome<MemoryTables> {
  const modules = new Map<string, Module>();
  const { recompute = 'auto' } = options;
  const front = frontEnd(source, { ...options, recompute: 'none', after: undefined }, (stage, module) => {
    modules.set(stage, module);
  });
  if (!front.ok) return front;
  const [written, plain, ordered] = [elaboration, dead, schedule].map(stage => moduleAfter(stage, modules));
  const programs = written.programs
    .filter(({ kind }) => kind === 'model' || kind === 'train')
    .map(program => {
      const now = (module: Module) => module.programs.find(({ name }) => name === program.name) ?? program;
      const stages = { written: program, plain: now(plain), ordered: now(ordered) };
      return memoryTable(stages, tableOf(options), stepOf, recompute);
    });
  const elements = (kind: 'param' | 'state') =>
    written.variables
      .filter(variable => variable.kind === kind)
      .reduce((sum, { type }) => sum + elementCount(type.shape), 0);
  const value = { parameters: elements('param'), states: elements('state'), programs };
  return { ok: true, value, diagnostics: front.diagnostics };
}

/** The module after a stage; if that stage is left out, the module after the last stage before it. */
function moduleAfter(stage: PipelineStage, modules: ReadonlyMap<string, Module>): Module {
  const sofar = frontStages.slice(0, frontStages.indexOf(stage) + 1);
  const module = modules.get(sofar.findLast(({ name }) => modules.has(name))?.name ?? '');
  if (!module) throw new InternalError(stage.name, 'memory is counted after a stage that is none');
  return module;
}

/** Calls into the prelude are one step each: a convolution with its bias, a normalisation. */
function stepOf({ origin: { span, calls } }: Node): object | undefined {
  return span?.source.name.startsWith('<') ? calls : undefined;
}
