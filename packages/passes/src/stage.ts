/** What a pass is: a function from module to module with a name and one line about it. */
import type { Graph, Module, OpTable, Program } from '@tessera/graph';

export interface PassOptions {
  readonly table: OpTable;
  /** Nothing may change a rounding: rules that are not exact are left out. */
  readonly strict: boolean;
}

export interface Stage {
  /** As in `--print-after`. */
  readonly name: string;
  /** One line, lower case, without a full stop. */
  readonly doc: string;
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
