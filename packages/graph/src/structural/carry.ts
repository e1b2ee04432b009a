/**
 * A copy in little code, for chips on which code takes memory: a codelet for every depth of the nest, none for particular counts.
 *
 * If a loop carries words from neighbour to neighbour on both sides, it is the innermost and goes by vectors, with what is left of a vector
 * word by word; in deep nests without one such a run is one word long, else elements go one by one. At least one loop is around it, whose
 * turns the workers divide. The modelled time of an exchange is that of its bytes, so nothing is gained by more. Distances are counted in
 * words where all of them are whole words and few enough for a field of 16 bits.
 */
import type { KernelBuilder } from '../kernel/builder.ts';
import { type KernelValue, registerElement } from '../kernel/code.ts';
import type { CarriedElement, CopyLoop } from './copy-nest.ts';

/** Nests of so many loops are common enough to carry single words by a code of their own. */
const shallow = 2;

const once: CopyLoop = { count: 1, fromBytes: 0, toBytes: 0 };

/** Slot 0 to slot 1; `element` is `i32` for words, `bits16` for halves of them, `bool` for bytes. */
export function emitCarry(k: KernelBuilder, loops: readonly CopyLoop[], element: CarriedElement, unitBytes = 0): void {
  const run = element === 'i32' ? loops.findIndex(loop => loop.fromBytes === 4 && loop.toBytes === 4) : -1;
  const around = loops.filter((_, i) => i !== run);
  const outer = around.length > 0 ? around : [once];
  const byRuns = run >= 0 || (element === 'i32' && outer.length > shallow);
  const shift = outer.every(({ fromBytes, toBytes }) => isShort(fromBytes) && isShort(toBytes)) ? 2 : 0;
  const moved = (address: KernelValue, index: KernelValue, bytes: number): KernelValue =>
    k.add(address, k.shl(k.mul(k.field(bytes >> shift), index), shift));
  const source = (address: KernelValue, index: KernelValue, { fromBytes, fromUnits }: CopyLoop): KernelValue => {
    if (fromUnits === undefined) return moved(address, index, fromBytes);
    return k.add(address, k.mul(k.mul(k.field(fromUnits), index), unitBytes));
  };
  const level = (depth: number, from: KernelValue, to: KernelValue): void => {
    const loop = outer[depth];
    if (loop === undefined) {
      if (byRuns) carryRun(k, k.field(run < 0 ? 1 : loops[run].count), from, to);
      else k.store(to, k.load(registerElement(element), from));
      return;
    }
    const count = k.field(loop.count);
    const turns = (first: KernelValue | number, end: KernelValue): void =>
      k.loop(first, end, index => level(depth + 1, source(from, index, loop), moved(to, index, loop.toBytes)));
    if (depth === 0) k.share(count, turns);
    else turns(0, count);
  };
  level(0, k.address(0), k.address(1));
}

/** Whether so many bytes are whole words, and their number has 16 bits. */
function isShort(bytes: number): boolean {
  return bytes % 4 === 0 && Math.abs(bytes) < 4 * 0x8000;
}

function carryRun(k: KernelBuilder, words: KernelValue, from: KernelValue, to: KernelValue): void {
  const whole = k.and(words, -4);
  const move = (type: 'i32' | 'i32x4', index: KernelValue): void => {
    const bytes = k.shl(index, 2);
    k.store(k.add(to, bytes), k.load(type, k.add(from, bytes)));
  };
  k.loop(0, whole, index => move('i32x4', index), 4);
  k.loop(whole, words, index => move('i32', index));
}
