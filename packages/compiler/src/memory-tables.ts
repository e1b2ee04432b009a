/** The table of every program of a text, from the graphs between the passes. Nothing is placed for it. */
import { InternalError, type Outcome, type Source } from '@tessera-dnn/diagnostics';
import type { Module, Node, TensorType, VariableKind } from '@tessera-dnn/graph';
import { elementCount, tensorBytes } from '@tessera-dnn/graph';
import { elaboration } from '@tessera-dnn/language';
import { dead, type MemoryTable, memoryTable, schedule } from '@tessera-dnn/passes';
import { frontEnd } from './front-end.ts';
import { type CompileOptions, tableOf } from './options.ts';
import { frontStages, type PipelineStage } from './stages.ts';

export interface MemoryTables {
  /** How many elements all params have. */
  readonly parameters: number;
  readonly states: number;
  /** What all params and all states take as they are stored. */
  readonly parameterBytes: number;
  readonly stateBytes: number;
  /** Whether the program has numbers of 8 bits of its own: then it needs no estimate of what it would take in these. */
  readonly hasLevels: boolean;
  readonly programs: readonly MemoryTable[];
}

/** What is computed again is what `options.recompute` says, `auto` if it says nothing. */
export function memoryTables(source: Source, options: CompileOptions = {}): Outcome<MemoryTables> {
  const modules = new Map<string, Module>();
  const front = frontEnd(source, { ...options, recompute: 'none', after: undefined }, (stage, module) => {
    modules.set(stage, module);
  });
  return front.ok ? { ...front, value: tablesOf(modules, options) } : front;
}

/** The tables of a front end that has run, by the modules after its stages, in their order. Whether `recompute`, the last, has copied anything makes no difference. */
export function tablesOf(modules: ReadonlyMap<string, Module>, options: CompileOptions): MemoryTables {
  const { recompute = 'auto' } = options;
  const [written, plain, ordered] = [elaboration, dead, schedule].map(stage => moduleAfter(stage, modules));
  const done = [...modules.values()].at(-1) ?? written;
  const programs = written.programs
    .filter(({ kind }) => kind === 'model' || kind === 'train')
    .map(program => {
      const now = (module: Module) => module.programs.find(({ name }) => name === program.name) ?? program;
      const stages = { written: program, plain: now(plain), ordered: now(ordered) };
      return memoryTable(stages, tableOf(options), stepOf, recompute);
    });
  const sumOver = ({ variables }: Module, kind: VariableKind, of: (type: TensorType) => number) =>
    variables.reduce((sum, variable) => (variable.kind === kind ? sum + of(variable.type) : sum), 0);
  const elements = ({ shape }: TensorType) => elementCount(shape);
  return {
    parameters: sumOver(written, 'param', elements),
    states: sumOver(written, 'state', elements),
    parameterBytes: sumOver(done, 'param', tensorBytes),
    stateBytes: sumOver(done, 'state', tensorBytes),
    hasLevels: written.variables.some(({ type: { element } }) => element === 'i8' || element === 'u8'),
    programs,
  };
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
