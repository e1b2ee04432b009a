/**
 * A copy in little code, for chips on which code takes memory: a codelet for every depth of the nest, none for particular counts.
 *
 * If a loop carries words from neighbour to neighbour on both sides, it is the innermost and goes by vectors, with what is left of a vector
 * word by word; else elements go one by one. Workers divide the outermost loop. The modelled time of an exchange is that of its bytes,
 * so nothing is gained by more. Distances are counted in words where all of them are whole words and few enough for a field of 16 bits.
 */
import type { KernelBuilder } from '../kernel/builder.ts';
import type { KernelValue } from '../kernel/code.ts';
import type { CopyLoop } from './copy.ts';
import { Numbers } from './numbers.ts';
import type { RegisterElement } from './stream.ts';

/** Slot 0 to slot 1; `element` is `i32` for words, `bool` for bytes. */
export function emitCarry(k: KernelBuilder, loops: readonly CopyLoop[], element: RegisterElement, unitBytes = 0): void {
  const run = element === 'i32' ? loops.findIndex(loop => loop.fromBytes === 4 && loop.toBytes === 4) : -1;
  const numbers = new Numbers(k);
  const outer = loops.filter((_, i) => i !== run);
  const shift = outer.every(({ fromBytes, toBytes }) => isShort(fromBytes) && isShort(toBytes)) ? 2 : 0;
  const moved = (address: KernelValue, index: KernelValue, role: string, bytes: number): KernelValue => {
    const distance = k.mul(numbers.field(role, bytes >> shift), index);
    return k.add(address, shift === 0 ? distance : k.shl(distance, shift));
  };
  const source = (address: KernelValue, index: KernelValue, depth: number): KernelValue => {
    const { fromBytes, fromUnits } = outer[depth];
    if (fromUnits === undefined) return moved(address, index, `from ${depth}`, fromBytes);
    return k.add(address, k.mul(k.mul(numbers.field(`units ${depth}`, fromUnits), index), unitBytes));
  };
  const inner = (from: KernelValue, to: KernelValue, shared: boolean) => {
    if (run >= 0) carryRun(k, numbers.field('words', loops[run].count), from, to, shared);
    else k.store(to, k.load(element, from));
  };
  const level = (depth: number, from: KernelValue, to: KernelValue): void => {
    const loop = outer[depth];
    if (loop === undefined) {
      inner(from, to, depth === 0);
      return;
    }
    const turns = (first: KernelValue | number, end: KernelValue): void =>
      k.loop(first, end, index =>
        level(depth + 1, source(from, index, depth), moved(to, index, `to ${depth}`, loop.toBytes)),
      );
    const count = numbers.field(`count ${depth}`, loop.count);
    if (depth === 0) k.share(count, turns);
    else turns(0, count);
  };
  level(0, k.address(0), k.address(1));
}

/** Whether so many bytes are whole words, and their number has 16 bits. */
function isShort(bytes: number): boolean {
  return bytes % 4 === 0 && Math.abs(bytes) < 4 * 0x8000;
}

function carryRun(k: KernelBuilder, words: KernelValue, from: KernelValue, to: KernelValue, shared: boolean): void {
  const carry = (first: KernelValue | number, end: KernelValue): void => {
    const whole = first === 0 ? k.and(end, -4) : k.sub(end, k.and(k.sub(end, first), 3));
    const move = (type: 'i32' | 'i32x4', index: KernelValue) => {
      const bytes = k.shl(index, 2);
      k.store(k.add(to, bytes), k.load(type, k.add(from, bytes)));
    };
    k.loop(first, whole, index => move('i32x4', index), 4);
    k.loop(whole, end, index => move('i32', index));
  };
  if (!shared) {
    carry(0, words);
    return;
  }
  const vectors = k.shr(k.add(words, 3), 2);
  k.share(vectors, (first, end) => carry(k.shl(first, 2), k.min(k.shl(end, 2), words)));
}
