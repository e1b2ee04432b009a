/**
 * The code that reads lists and calls codelets; `machine`'s `tables/format.ts` has the format. Each record is decoded once, into locals, and run
 * for all workers that are asked for; the codelet gets its addresses as parameters.
 */
import { type Image, tableFormat } from '@tessera-dnn/machine';
import binaryen from 'binaryen';
import type { Expression } from '../codelet/expression.ts';
import { addressesOf, codeletParameters } from '../codelet/lower.ts';
import { address, get, none, parameters, tableName, whileTrue } from './fragments.ts';
import { scratchShift } from './threads.ts';

const { i32 } = binaryen;
const { copy, listLength, reference, slotAddress, transfer, way } = tableFormat;

/** `copies(list, base, worker, end)`: what a tile copies in a phase, for the workers `[worker, end)`. */
export const copiesName = 'copies';

/** `vertex(list, base, worker, end)`: the vertex of a tile in a phase of so many slots. */
export function vertexName(slots: number): string {
  return `vertex${slots}`;
}

/** `records(list)`: a list of transfers, for all workers. */
export const recordsName = 'records';

/** Adds the functions in the order of the names it returns. `slots`: of the vertices that phases run; `codelets`: of all codelets. */
export function addRecords(
  m: binaryen.Module,
  image: Image,
  slots: readonly number[],
  codelets: readonly number[],
): readonly string[] {
  addCopies(m, image);
  for (const count of slots) addVertex(m, image, count);
  addTransfers(m, image, codelets);
  return ['copies', ...slots.map(count => `vertex of ${count} slots`), 'walk transfers'];
}

/** A place that is read from: `at` moves on. */
class Cursor {
  readonly #m: binaryen.Module;
  readonly #at: number;
  /** Holds what was read while it is looked at. */
  readonly #scratch: number;

  constructor(m: binaryen.Module, at: number, scratch: number) {
    this.#m = m;
    this.#at = at;
    this.#scratch = scratch;
  }

  get at(): Expression {
    return get(this.#m, this.#at);
  }

  skip(bytes: number): Expression {
    return this.#m.local.set(this.#at, this.#m.i32.add(this.at, this.#m.i32.const(bytes)));
  }

  /** Moves over the length in front of a list; with `end`, that becomes the place after it. */
  length(end?: number): Expression {
    const m = this.#m;
    const ends = (bytes: Expression) => (end === undefined ? [] : [m.local.set(end, m.i32.add(this.at, bytes))]);
    const read = m.local.set(this.#scratch, m.i32.load8_u(0, 1, this.at));
    const isLong = m.i32.eq(get(m, this.#scratch), m.i32.const(listLength.long));
    const far = m.local.set(this.#scratch, m.i32.load(0, 1, this.at));
    return m.block(null, [
      read,
      this.skip(listLength.shortBytes),
      m.if(isLong, m.block(null, [far, this.skip(listLength.longBytes - listLength.shortBytes)])),
      ...ends(get(m, this.#scratch)),
    ]);
  }

  /** Reads a reference: `block` becomes the place of the field block. */
  reference(block: number): Expression {
    const m = this.#m;
    const scratch = () => get(m, this.#scratch);
    const back = (distance: Expression) => m.local.set(block, m.i32.sub(this.at, distance));
    const high = m.i32.shl(m.i32.and(scratch(), m.i32.const(reference.highMask)), m.i32.const(8));
    const twoBytes = m.i32.or(high, m.i32.load8_u(1, 1, this.at));
    const inFull = m.block(null, [back(m.i32.load(reference.longBytes, 1, this.at)), this.skip(reference.fullBytes)]);
    const long = m.block(null, [
      m.local.set(this.#scratch, twoBytes),
      m.if(scratch(), m.block(null, [back(scratch()), this.skip(reference.longBytes)]), inFull),
    ]);
    const read = m.local.tee(this.#scratch, m.i32.load8_u(0, 1, this.at), i32);
    const short = m.block(null, [back(scratch()), this.skip(reference.shortBytes)]);
    return m.if(m.i32.lt_u(read, m.i32.const(reference.long)), short, long);
  }

  /** Reads an address: `target` becomes its bytes, relative to the tile. */
  address(target: number): Expression {
    const m = this.#m;
    const scratch = () => get(m, this.#scratch);
    const words = (value: Expression) => m.local.set(target, m.i32.shl(value, m.i32.const(slotAddress.wordShift)));
    const high = m.i32.shl(m.i32.and(scratch(), m.i32.const(slotAddress.highMask)), m.i32.const(slotAddress.highShift));
    const low = m.i32.load16_u(slotAddress.shortBytes, 1, this.at);
    const far = m.block(null, [words(m.i32.or(high, low)), this.skip(slotAddress.longBytes)]);
    const bytes = m.local.set(target, m.i32.load(slotAddress.shortBytes, 1, this.at));
    const inFull = m.block(null, [bytes, this.skip(slotAddress.fullBytes)]);
    const long = m.if(m.i32.eq(scratch(), m.i32.const(slotAddress.full)), inFull, far);
    const read = m.local.tee(this.#scratch, m.i32.load16_u(0, 1, this.at), i32);
    const short = m.block(null, [words(scratch()), this.skip(slotAddress.shortBytes)]);
    return m.if(m.i32.lt_u(read, m.i32.const(slotAddress.long)), short, long);
  }
}

/** Calls the codelet of `block` with `addresses`, the last slot first, for the workers `[first, end)`; `worker` is a local of its own. */
function callWorkers(
  m: binaryen.Module,
  image: Image,
  block: number,
  addresses: () => readonly Expression[],
  workers: { readonly worker: number; readonly first: Expression; readonly end: () => Expression },
): Expression {
  const { numberBytes } = image.tables;
  const number = numberBytes === 1 ? m.i32.load8_u(0, 1, get(m, block)) : m.i32.load16_u(0, 1, get(m, block));
  const fields = m.i32.add(get(m, block), m.i32.const(numberBytes));
  const given = addresses();
  const absent = Array.from({ length: addressesOf(given.length) - given.length }, () => m.i32.const(0));
  const operands = [fields, get(m, workers.worker), ...given, ...absent];
  const call = m.call_indirect(tableName, number, operands, codeletParameters(given.length), none);
  const next = m.local.tee(workers.worker, m.i32.add(get(m, workers.worker), m.i32.const(1)), i32);
  const again = m.br_if('worker', m.i32.lt_u(next, workers.end()));
  return m.block(null, [m.local.set(workers.worker, workers.first), m.loop('worker', m.block(null, [call, again]))]);
}

function addVertex(m: binaryen.Module, image: Image, slots: number): void {
  const [list, base, worker, end, scratch, block, first] = [0, 1, 2, 3, 4, 5, 6];
  const cursor = new Cursor(m, list, scratch);
  const places = Array.from({ length: slots }, (_, slot) => first + slot);
  const own = image.phases.some(phase => phase.slots === slots && phase.scratchBytes !== undefined);
  const addresses = () => {
    const [last, ...others] = [...places].reverse().map(place => m.i32.add(get(m, base), get(m, place)));
    return [own ? m.i32.add(last, scratchShift(m)) : last, ...others];
  };
  const body = m.block(null, [
    cursor.length(),
    cursor.reference(block),
    ...places.map(place => cursor.address(place)),
    callWorkers(m, image, block, addresses, { worker, first: get(m, worker), end: () => get(m, end) }),
  ]);
  m.addFunction(vertexName(slots), parameters(4), none, [i32, i32, ...places.map(() => i32)], body);
}

/** Runs a list of copies, each given as its differences from the one before. */
function addCopies(m: binaryen.Module, image: Image): void {
  const [list, base, first, end, scratch, block, stop, ways, worker] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const [to, toStep, from, fromStep, tiles, tilesStep] = [9, 10, 11, 12, 13, 14];
  const cursor = new Cursor(m, list, scratch);
  const wayAt = (shift: number) => m.i32.and(m.i32.shr_u(get(m, ways), m.i32.const(shift)), m.i32.const(copy.wayMask));
  // A number of a copy and its step, by the way that two bits say; a step counts units of 2^unitShift bytes.
  const number = (value: number, step: number, wayShift: number, read: Expression, unitShift: number) => {
    const steps = m.local.set(value, m.i32.add(get(m, value), get(m, step)));
    const byte = m.i32.shl(m.i32.load8_s(0, 1, cursor.at), m.i32.const(unitShift));
    const oneStep = m.block(null, [m.local.set(step, byte), cursor.skip(copy.stepBytes), steps]);
    const before = m.local.set(step, get(m, value));
    const difference = m.local.set(step, m.i32.sub(get(m, value), get(m, step)));
    const given = m.block(null, [before, read, difference]);
    const again = m.local.set(value, m.i32.add(get(m, value), get(m, step)));
    const is = (which: number) => m.i32.eq(wayAt(wayShift), m.i32.const(which));
    return m.if(wayAt(wayShift), m.if(is(way.step), oneStep, m.if(is(way.given), given, again)));
  };
  const readTiles = m.block(null, [m.local.set(tiles, m.i32.load16_s(0, 1, cursor.at)), cursor.skip(copy.tilesBytes)]);
  const atTile = m.i32.mul(get(m, tiles), address(m, image.tileStrideBytes));
  const target = m.local.set(scratch, m.i32.add(get(m, base), get(m, to)));
  const source = () => m.i32.add(m.i32.add(get(m, base), atTile), get(m, from));
  const addresses = () => [get(m, scratch), source()];
  const one = m.block(null, [
    m.local.set(ways, m.i32.load8_u(0, 1, cursor.at)),
    cursor.skip(copy.headBytes),
    m.if(m.i32.and(get(m, ways), m.i32.const(copy.hasBlock)), cursor.reference(block)),
    number(to, toStep, copy.targetShift, cursor.address(to), slotAddress.wordShift),
    number(from, fromStep, copy.sourceShift, cursor.address(from), slotAddress.wordShift),
    number(tiles, tilesStep, copy.tilesShift, readTiles, 0),
    target,
    callWorkers(m, image, block, addresses, { worker, first: get(m, first), end: () => get(m, end) }),
    m.br_if('next', m.i32.lt_u(cursor.at, get(m, stop))),
  ]);
  const body = m.block(null, [cursor.length(stop), m.loop('next', one)]);
  m.addFunction(copiesName, parameters(4), none, new Array<number>(11).fill(i32), body);
}

function addTransfers(m: binaryen.Module, image: Image, codelets: readonly number[]): void {
  const [list, scratch, left, slots, block, worker] = [0, 1, 2, 3, 4, 5];
  const cursor = new Cursor(m, list, scratch);
  const counts = [...new Set(codelets)].sort((a, b) => a - b);
  const cases = counts.map(count => {
    const place = (slot: number) => m.i32.load(transfer.addressBytes * slot, 1, cursor.at);
    const addresses = () => Array.from({ length: count }, (_, i) => place(count - 1 - i));
    const workers = { worker, first: m.i32.const(0), end: () => m.i32.const(image.workers) };
    const run = callWorkers(m, image, block, addresses, workers);
    return m.if(m.i32.eq(get(m, slots), m.i32.const(count)), run);
  });
  const bytes = m.i32.shl(get(m, slots), m.i32.const(transfer.addressShift));
  const record = m.block(null, [
    m.local.set(slots, m.i32.load8_u(0, 1, cursor.at)),
    cursor.skip(transfer.slotsBytes),
    cursor.reference(block),
    ...cases,
    m.local.set(list, m.i32.add(cursor.at, bytes)),
    m.local.set(left, m.i32.sub(get(m, left), m.i32.const(1))),
  ]);
  const body = m.block(null, [
    m.local.set(left, m.i32.load(0, 1, cursor.at)),
    cursor.skip(transfer.countBytes),
    whileTrue(m, () => get(m, left), [record]),
  ]);
  m.addFunction(recordsName, parameters(1), none, new Array<number>(5).fill(i32), body);
}
