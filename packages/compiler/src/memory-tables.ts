/** The table of every program of a text, from the graphs between the passes. Nothing is placed for it. */
import type { Outcome, Source } from '@tessera/diagnostics';
import type { Module, Node } from '@tessera/graph';
import { type MemoryTable, memoryTable } from '@tessera/passes';
import { frontEnd } from './front-end.ts';
import { type CompileOptions, tableOf } from './options.ts';

export interface MemoryTables {
  /** Elements. */
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
  const [written, plain, ordered] = ['elaborate', 'dead', 'schedule'].map(stage => modules.get(stage) ?? front.value);
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
      .reduce((sum, { type }) => sum + type.shape.reduce((a, b) => a * b, 1), 0);
  const value = { parameters: elements('param'), states: elements('state'), programs };
  return { ok: true, value, diagnostics: front.diagnostics };
}

/** Calls into the prelude are one step each: a convolution with its bias, a normalisation. */
function stepOf({ origin: { span, calls } }: Node): object | undefined {
  return span?.source.name.startsWith('<') ? calls : undefined;
}
