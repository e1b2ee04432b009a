/**
 * Globals for cells that codelets keep aside: V8 would hold some of them in registers through the loops that need all registers, and
 * spill sums on every turn. No codelet runs inside another, so all have the same globals, which hold nothing between two calls.
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

/** The name in Binaryen of global `index`, counted from 0. */
export function globalName(index: number): string {
  return `aside${index}`;
}
