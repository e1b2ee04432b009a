/** What a pass is: a function from module to module with a name and one line about it. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import type { Graph, Module, Program } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import type { Recompute } from './recompute/choose.ts';

/** The type of 16 bits in which floats are stored that a program calls f32. */
export type Precision = 'f16' | 'bf16';

export interface PassOptions {
  /** Of variables and what is computed between them, where no fact demands 32 bits. Absent: floats are stored as the program says. */
  readonly precision?: Precision;
  /** How much may be computed again to save memory (default: nothing). */
  readonly recompute?: Recompute;
  readonly table: OpTable;
  /** True if no pass may change a rounding: rules that are not exact are left out. */
  readonly strict: boolean;
}

export interface Stage {
  /** The name of the pass, as in `--print-after`. */
  readonly name: string;
  /** One line, lower case, without a full stop. */
  readonly doc: string;
  /**
   * Finds what a user must mend before `run` can do its work; `run` on such a module is an InternalError. Absent where there is never
   * anything.
   */
  readonly check?: (module: Module, options: PassOptions) => readonly Diagnostic[];
  readonly run: (module: Module, options: PassOptions) => Module;
}

/** A module whose programs' graphs are rewritten one by one. */
export function mapGraphs(module: Module, rewrite: (graph: Graph, program: Program) => Graph): Module {
  const programs = module.programs.map(program => {
    const graph = rewrite(program.graph, program);
    return graph === program.graph ? program : { ...program, graph };
  });
  return { ...module, programs };
}
