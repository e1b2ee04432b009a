/** How many multiply-adds a vertex makes and how many bytes it loads and stores through each slot: what a measured time is compared with. */
import { type Instruction, isVector, type KernelCode, memoryBytes } from './code.ts';
import { Counter, type Tally } from './counter.ts';
import { narrowProductsOf } from './narrow-products.ts';
import { operandsOf } from './walk.ts';

export interface KernelTraffic {
  /** Multiply-adds of 32 bits, lane by lane, those of polynomials and of padding included. */
  readonly multiplyAdds: number;
  /** Multiply-adds of bytes, which machines multiply in fours. */
  readonly byteMultiplyAdds: number;
  /** By slot, the bytes of all loads and of all stores: what is loaded twice counts twice. */
  readonly loadedBytes: readonly number[];
  readonly storedBytes: readonly number[];
}

/** What all workers together do, as far as it does not depend on data (see {@link Counter}). */
export function trafficOf(code: KernelCode, fields: readonly number[], workers: number): KernelTraffic {
  const tally = trafficTally(code);
  const sum = new Float64Array(tally.size);
  for (let worker = 0; worker < workers; worker++) {
    const counts = new Counter({ code, fields, worker, workers }, tally).count();
    for (let i = 0; i < sum.length; i++) sum[i] += counts[i];
  }
  const [multiplyAdds, byteMultiplyAdds, ...bytes] = sum;
  const loadedBytes = bytes.slice(0, code.slots);
  return { multiplyAdds, byteMultiplyAdds, loadedBytes, storedBytes: bytes.slice(code.slots) };
}

/** The sums are those of {@link KernelTraffic}, in their order there. */
function trafficTally(code: KernelCode): Tally {
  const slots = slotsOf(code);
  const narrow = narrowProductsOf(code).bits;
  return {
    size: 2 + 2 * code.slots,
    add: (counts, i, times) => {
      if (i.kind === 'load' || i.kind === 'store') {
        const slot = slots.get(i.address.id);
        const side = i.kind === 'load' ? 0 : code.slots;
        if (slot !== undefined) counts[2 + side + slot] += times * bytesOf(i);
      } else if (i.kind === 'ternary' && i.code === 'dot') {
        counts[1] += 16 * times;
      } else if ((i.kind === 'ternary' && i.code === 'fma') || (i.kind === 'binary' && narrow.has(i))) {
        counts[0] += times * (isVector(i.result.type) ? 4 : 1);
      }
    },
  };
}

function bytesOf(i: Extract<Instruction, { kind: 'load' | 'store' }>): number {
  const single =
    i.kind === 'load' ? i.splat || !isVector(i.result.type) : i.lane !== undefined || !isVector(i.value.type);
  return memoryBytes(i.element) * (single ? 1 : 4);
}

/** By register, the slot into which its address leads. A distance is no address, so one operand of a sum at most leads anywhere. */
function slotsOf({ instructions }: KernelCode): ReadonlyMap<number, number> {
  const registers = new Map<number, number>();
  const cells = new Map<number, number>();
  const mark = (of: Map<number, number>, id: number, slot: number | undefined): void => {
    if (slot !== undefined) of.set(id, slot);
  };
  const walk = (block: readonly Instruction[]): void => {
    for (const i of block) {
      if (i.kind === 'address') registers.set(i.result.id, i.slot);
      else if (i.kind === 'cell') mark(cells, i.cell.cell, registers.get(i.initial.id));
      else if (i.kind === 'get') mark(registers, i.result.id, cells.get(i.cell.cell));
      else if (i.kind === 'loop') walk(i.body);
      else if (i.kind === 'if') walk([...i.taken, ...i.otherwise]);
      else if (i.kind === 'binary' || i.kind === 'ternary')
        for (const { id } of operandsOf(i)) mark(registers, i.result.id, registers.get(id));
    }
  };
  walk(instructions);
  return registers;
}
