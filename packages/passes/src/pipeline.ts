/**
 * The passes in their order, each with the reason for its place. They run on a module as the language makes it and leave one that
 * tiling can lower.
 */
import type { Module } from '@tessera-dnn/graph';
import { verifyModule } from '@tessera-dnn/graph';
import { bound } from './bound.ts';
import { dead } from './dead.ts';
import { differentiate } from './differentiate.ts';
import { fold } from './fold.ts';
import { fuse } from './fuse.ts';
import { lift } from './lift.ts';
import { narrow } from './narrow.ts';
import { prepare } from './prepare.ts';
import { recompute } from './recompute.ts';
import { rows } from './rows.ts';
import { schedule } from './schedule.ts';
import { simplify } from './simplify.ts';
import { stack } from './stack.ts';
import type { PassOptions, Stage } from './stage.ts';
import { widen } from './widen.ts';

export const passes: readonly Stage[] = [
  // Ops state their gradients of what users write, not of what rewrites make of it; what is made here is simplified like all else.
  differentiate,
  // Rules look for constants: fold first.
  fold,
  simplify,
  // What rules have made of constants.
  { ...fold, name: 'fold-again' },
  dead,
  // Before anything is fused: what is stable must still be told apart from what is not.
  prepare,
  // While every op is a node of its own; after all that builds or moves what asks for bounds.
  bound,
  // Before fusion takes it in. After differentiation, which would tell copies apart, and after rules, which look for one node.
  widen,
  // Rows before maps: a map would swallow the elementwise ops between the reductions.
  rows,
  // After rows, it joins what reductions are left over the same tensor; before maps, which would stand between these.
  stack,
  // Maps grow through elementwise ops only; what rows make of those they fuse is settled by now.
  lift,
  fuse,
  // Only now is a node what is stored; before memory is counted.
  narrow,
  // After all fusion: only what is a node by now takes memory.
  schedule,
  // Last: it copies nodes that run as they are, in the order in which they run, and nothing else moves.
  recompute,
];

/**
 * Runs all passes on a module in which none finds a mistake of the user's. With `verify`, the module is checked after each pass, and an
 * InternalError names the one that broke it.
 */
export function runPasses(module: Module, options: PassOptions, verify = false): Module {
  for (const pass of passes) {
    module = pass.run(module, options);
    if (verify) verifyModule(module, options.table, pass.name);
  }
  return module;
}
