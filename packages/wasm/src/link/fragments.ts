/** Pieces of wasm that the glue uses again and again. All numbers are i32; an address above 2^31 is written as the negative of the same bits. */
import type binaryenTypes from 'binaryen';
import binaryen from 'binaryen';
import type { Expression } from '../codelet/expression.ts';

type Module = binaryenTypes.Module;

export const { none } = binaryen;

/** The name in Binaryen of the table that holds codelets and phases. */
export const tableName = 'functions';

/** The type of `count` i32 parameters. */
export function parameters(count: number): number {
  return binaryen.createType(new Array<number>(count).fill(binaryen.i32));
}

/** The value of local `local`, an i32. */
export function get(m: Module, local: number): Expression {
  return m.local.get(local, binaryen.i32);
}

/** A byte address below 2^32, as a constant. */
export function address(m: Module, value: number): Expression {
  return m.i32.const(value | 0);
}

/** Stores `value` in the word at byte address `flag`. */
export function setFlag(m: Module, flag: number, value: 0 | 1): Expression {
  return m.i32.store(0, 4, address(m, flag), m.i32.const(value));
}

/** Tested in front once and then at the end of each turn. */
export function whileTrue(m: Module, condition: () => Expression, body: readonly Expression[]): Expression {
  return m.if(condition(), m.loop('turn', m.block(null, [...body, m.br_if('turn', condition())])));
}
