/**
 * Random kernels, with loops, branches, cells and loads and stores to the same small memory in any order: wasm in strict mode leaves
 * the same memory as the interpreter. This is what finds a load that is evaluated too late, or a cell read after its change.
 */
import {
  fitFields,
  interpretWorkers,
  type KernelBuilder,
  type KernelCell,
  type KernelType,
  type KernelValue,
  type RecordedKernel,
  recordKernel,
  scalarOf,
} from '@tessera-dnn/graph/kernel';
import { instantiateCodelets } from '@tessera-dnn/wasm/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

type Element = 'f32' | 'i32' | 'bool';
const elements: readonly Element[] = ['f32', 'i32', 'bool'];
const types: readonly KernelType[] = ['f32', 'i32', 'bool', 'f32x4', 'i32x4', 'boolx4'];
/** One slot per element type, of so many elements. NaN payloads never reach integers, as wasm leaves them to the machine. */
const regionElements = 64;
const regionBytes = 4 * regionElements;
const workers = 2;

/** What may be named at a place: registers and cells by type. */
interface Scope {
  readonly registers: { readonly [type in KernelType]: readonly KernelValue[] };
  readonly cells: readonly KernelCell[];
}

/** Writes a kernel as the numbers of `tape` say; when they run out, all further choices are 0. */
class RandomKernel {
  readonly #k: KernelBuilder;
  readonly #tape: readonly number[];
  #at = 0;
  #registers: Record<KernelType, KernelValue[]> = { f32: [], i32: [], bool: [], f32x4: [], i32x4: [], boolx4: [] };
  #cells: KernelCell[] = [];

  constructor(k: KernelBuilder, tape: readonly number[]) {
    this.#k = k;
    this.#tape = tape;
  }

  write(): void {
    const k = this.#k;
    for (const number of [1, 7]) this.#add(k.field(number));
    k.share(k.field(5), (from, to) => {
      this.#add(from);
      this.#add(to);
      this.#block(0);
    });
  }

  #choose(below: number): number {
    return (this.#tape[this.#at++] ?? 0) % below;
  }

  #add(value: KernelValue): void {
    this.#registers[value.type].push(value);
  }

  #any(type: KernelType): KernelValue {
    const known = this.#registers[type];
    const which = this.#choose(known.length + 1);
    // Often the last ones, so that chains grow.
    return (
      known[known.length - which] ??
      this.#k.constant(type, type.startsWith('bool') ? this.#choose(2) : this.#choose(7) - 3)
    );
  }

  #block(depth: number): void {
    const outer: Scope = { registers: this.#registers, cells: this.#cells };
    this.#registers = { ...this.#registers };
    for (const type of types) this.#registers[type] = [...outer.registers[type]];
    this.#cells = [...outer.cells];
    for (let left = 4 + this.#choose(12); left > 0; left--) this.#statement(depth);
    this.#keep(outer);
    this.#registers = outer.registers as Record<KernelType, KernelValue[]>;
    this.#cells = outer.cells as KernelCell[];
  }

  /** Stores what the block made and nobody may have used, in some order: much of it is then used just once, long after it was made. */
  #keep(outer: Scope): void {
    const k = this.#k;
    const made = types.flatMap(type => this.#registers[type].slice(outer.registers[type].length));
    const values = [...made, ...this.#cells.map(cell => k.get(cell))];
    values.forEach((_, i) => {
      const value = values[(i * 7 + 3) % values.length];
      const { address, offset } = this.#place(scalarOf(value.type) as Element);
      if (this.#choose(3) > 0) k.store(address, value, offset);
    });
  }

  #statement(depth: number): void {
    const always = [
      () => this.#add(this.#operation()),
      () => this.#add(this.#operation()),
      () => this.#add(this.#operation()),
      () => this.#load(),
      () => this.#load(),
      () => this.#store(),
      () => this.#store(),
      () => this.#cell(),
      () => this.#get(),
      () => this.#set(),
    ];
    const nested = [() => this.#loop(depth), () => this.#branch(depth)];
    const actions = depth < 2 ? [...always, ...nested] : always;
    actions[this.#choose(actions.length)]();
  }

  #operation(): KernelValue {
    const k = this.#k;
    const element = elements[this.#choose(3)];
    const type = (this.#choose(2) === 0 ? element : `${element}x4`) as KernelType;
    const a = this.#any(type);
    const b = this.#any(type);
    const choice = this.#choose(10);
    if (choice === 0) return k.select(this.#any(type.endsWith('x4') ? 'boolx4' : 'bool'), a, b);
    if (choice === 1) return k.lt(a, b);
    if (choice === 2) return k.splat(a);
    if (choice === 3) return k.max(a, b);
    if (type.endsWith('x4') && choice === 4) return k.extract(a, this.#choose(4));
    if (element === 'bool') return choice < 7 ? k.and(a, k.not(b)) : k.widen(a);
    if (choice === 5) return element === 'f32' ? k.truncate(a) : k.convert(a);
    if (choice === 6) return k.sub(a, b);
    if (choice === 7) return k.fma(a, b, this.#any(type));
    return choice === 8 ? k.abs(a) : k.mul(a, b);
  }

  /** An address in the element's region, and an offset that stays in it. */
  #place(element: Element): { readonly address: KernelValue; readonly offset: number } {
    const k = this.#k;
    const bytes = element === 'bool' ? 1 : 4;
    const index = k.and(this.#any('i32'), 15);
    const address = k.add(k.address(elements.indexOf(element)), k.mul(k.add(index, 8), bytes));
    return { address, offset: bytes * (this.#choose(24) - 8) };
  }

  #load(): void {
    const k = this.#k;
    const element = elements[this.#choose(3)];
    const { address, offset } = this.#place(element);
    const form = this.#choose(3);
    if (form === 0) this.#add(k.load(element, address, offset));
    else if (form === 1) this.#add(k.load(`${element}x4` as KernelType, address, offset));
    else this.#add(k.loadSplat(`${element}x4` as KernelType, address, offset));
  }

  #store(): void {
    const k = this.#k;
    const element = elements[this.#choose(3)];
    const { address, offset } = this.#place(element);
    const form = this.#choose(3);
    if (form === 0) k.store(address, this.#any(element), offset);
    else if (form === 1) k.store(address, this.#any(`${element}x4` as KernelType), offset);
    else k.storeLane(address, this.#any(`${element}x4` as KernelType), this.#choose(4), offset);
  }

  #cell(): void {
    this.#cells.push(this.#k.cell(this.#any(types[this.#choose(types.length)])));
  }

  #get(): void {
    if (this.#cells.length > 0) this.#add(this.#k.get(this.#cells[this.#choose(this.#cells.length)]));
  }

  #set(): void {
    if (this.#cells.length === 0) return;
    const cell = this.#cells[this.#choose(this.#cells.length)];
    this.#k.set(cell, this.#any(cell.type));
  }

  #loop(depth: number): void {
    const k = this.#k;
    const from = this.#choose(2) === 0 ? this.#choose(3) : k.and(this.#any('i32'), 3);
    const to = this.#choose(2) === 0 ? this.#choose(4) : k.and(this.#any('i32'), 3);
    k.loop(from, to, () => this.#block(depth + 1), 1 + this.#choose(2));
  }

  #branch(depth: number): void {
    const otherwise = this.#choose(2) === 0 ? undefined : () => this.#block(depth + 1);
    this.#k.when(this.#any('bool'), () => this.#block(depth + 1), otherwise);
  }
}

const numbers = fc.array(fc.nat(1000), { minLength: 60, maxLength: 400, size: 'max' });

test('leave the memory as the interpreter does', () => {
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 12 }), tapes => {
      const kernels = tapes.map(tape => recordKernel({ specialised: false }, k => new RandomKernel(k, tape).write()));
      const instance = instantiateCodelets(kernels, { math: 'strict', workers, dataBytes: 65536 });
      kernels.forEach((kernel, index) => {
        const slots = elements.map((_, slot) => instance.dataAddress + slot * regionBytes).slice(0, kernel.code.slots);
        fill(instance.memory.buffer, instance.dataAddress);
        const memory = instance.memory.buffer.slice(0, instance.dataAddress + 3 * regionBytes);
        interpretWorkers(kernel.code, { memory, fields: kernel.fields, slots }, workers);
        instance.run(index, slots);
        expect(contents(instance.memory.buffer, instance.dataAddress)).toEqual(contents(memory, instance.dataAddress));
      });
    }),
    { numRuns: 25, interruptAfterTimeLimit: 20_000 },
  );
});

test('are the same bytes each time', () => {
  const tape = Array.from({ length: 250 }, (_, i) => (i * 7919) % 997);
  const make = (): RecordedKernel => recordKernel({ specialised: false }, k => new RandomKernel(k, tape).write());
  const [first, second] = [make(), make()].map(kernel => instantiateCodelets([kernel], { math: 'fast' }).wasm);
  expect(second).toEqual(first);
});

/** Small numbers, so that sums and products stay exact for a while, and truth values 0 and 1. */
function fill(memory: ArrayBufferLike, at: number): void {
  new Float32Array(memory, at, regionElements).forEach((_, i, region) => {
    region[i] = ((i * 37) % 19) - 9.5;
  });
  new Int32Array(memory, at + regionBytes, regionElements).forEach((_, i, region) => {
    region[i] = ((i * 29) % 23) - 11;
  });
  new Uint8Array(memory, at + 2 * regionBytes, regionBytes).forEach((_, i, region) => {
    region[i] = Number((i * i) % 3 === 1);
  });
}

function contents(memory: ArrayBufferLike, at: number): unknown {
  const floats = new Float32Array(memory, at, regionElements);
  const bits = new Int32Array(memory, at, regionElements);
  return {
    floats: [...floats].map((value, i) => (Number.isNaN(value) ? 'NaN' : bits[i])),
    rest: [...new Uint8Array(memory, at + regionBytes, 2 * regionBytes)],
  };
}

test('do as before when fitted to the vertices that share them', () => {
  // The last is a number of turns, the others anything: equal, alike for all vertices, of all widths.
  const any = fc.oneof(fc.constantFrom(3, 200, -100, 40_000, -20_000), fc.integer());
  const vertex = fc.tuple(any, any, fc.nat(9));
  const twins = fc.tuple(any, fc.nat(9)).map(([value, turns]) => [value, value, turns] as const);
  const vertices = fc.array(fc.oneof(vertex, twins), { minLength: 1, maxLength: 3 });
  const multiples = fc
    .tuple(
      fc.constantFrom(3, 256, 65_536, -70_000),
      fc.array(fc.tuple(fc.nat(200), fc.nat(9)), { minLength: 40, maxLength: 40 }),
    )
    .map(([unit, all]) => all.map(([count, turns]) => [unit * count, 7, turns] as const));
  const alike = fc
    .tuple(any, any, vertices)
    .map(([a, b, all]) => all.map(([x, , n]) => [b, a > 0 ? x : a, n] as const));
  fc.assert(
    fc.property(
      numbers,
      fc.oneof(vertices, fc.array(twins, { minLength: 1, maxLength: 3 }), alike, multiples),
      (tape, served) => {
        const { code } = recordKernel({ specialised: false }, k => new RandomKernel(k, tape).write());
        const fitted = fitFields(code, served);
        const kernels = served.map(fields => ({
          code: fitted.code,
          fields: fitted.fieldsOf(fields),
          scratchBytes: 0,
          outOfReach: false,
        }));
        const instance = instantiateCodelets(kernels, { math: 'strict', workers, dataBytes: 65536 });
        served.forEach((fields, index) => {
          const slots = elements.map((_, slot) => instance.dataAddress + slot * regionBytes).slice(0, code.slots);
          fill(instance.memory.buffer, instance.dataAddress);
          const memory = instance.memory.buffer.slice(0, instance.dataAddress + 3 * regionBytes);
          interpretWorkers(code, { memory, fields, slots }, workers);
          instance.run(index, slots);
          expect(contents(instance.memory.buffer, instance.dataAddress)).toEqual(
            contents(memory, instance.dataAddress),
          );
        });
      },
    ),
    { numRuns: 60, interruptAfterTimeLimit: 20_000 },
  );
});
