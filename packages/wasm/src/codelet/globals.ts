/**
 * The globals of codelets, which are the first of the module.
 *
 * Cells that they keep aside: V8 would hold some of them in registers through the loops that need all registers, and spill sums on every
 * turn. No codelet runs inside another, so all have the same globals, which hold nothing between two calls.
 *
 * And, where threads divide vertices, how many workers divide the one that runs. Every thread has an instance of the module, and so globals of
 * its own.
 */
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import binaryen from 'binaryen';

/** How many globals of four lanes the codelets need; numbered from 0, the module's first. */
export function globalsOf(codes: readonly KernelCode[]): number {
  return codes.reduce((most, { aside = [] }) => Math.max(most, aside.length), 0);
}

/** Adds `count` mutable globals of four lanes to the module, all zero at the start. */
export function addGlobals(m: binaryen.Module, count: number): void {
  for (let index = 0; index < count; index++) {
    m.addGlobal(globalName(index), binaryen.v128, true, m.v128.const(new Array<number>(16).fill(0)));
  }
}

/** The name in Binaryen of the global that says how many workers divide a vertex. */
export const workersName = 'workers';

/** Adds that global, after those of {@link addGlobals}: 1 while nobody says otherwise. */
export function addWorkers(m: binaryen.Module): void {
  m.addGlobal(workersName, binaryen.i32, true, m.i32.const(1));
}

/** The name in Binaryen of global `index`, counted from 0. */
export function globalName(index: number): string {
  return `aside${index}`;
}
