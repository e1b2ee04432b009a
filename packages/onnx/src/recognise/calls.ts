/** The calls among values in their order, and whether two of them are the same but for where they stand. */
import type { StoredTensor } from '@tessera-dnn/formats';
import { showType } from '@tessera-dnn/graph';
import { operandsOf, type Value } from '../draft/value.ts';

export interface Calls {
  /** All values that are computed. */
  readonly values: readonly Value[];
  readonly places: ReadonlyMap<Value, number>;
  /** Which values read each, by their places. */
  readonly readers: readonly (readonly number[])[];
  /** What each call is, without its operands: a number for each different text. */
  readonly kinds: readonly number[];
  /** Whether the weights that the value at a place reads are read by those from `from` to before `to` only. */
  readonly ownsWeights: (at: number, from: number, to: number) => boolean;
}

/** The calls among the values of an order. */
export function callsOf(order: readonly Value[]): Calls {
  const values = order.filter(
    ({ source }) => source.kind === 'call' || source.kind === 'block' || source.kind === 'repeat',
  );
  const places = new Map(values.map((value, at) => [value, at]));
  const readers = values.map((): number[] => []);
  const users = new Map<StoredTensor, number[]>();
  for (const [at, value] of values.entries()) {
    for (const operand of operandsOf(value)) {
      const place = places.get(operand);
      if (place !== undefined) readers[place].push(at);
    }
    for (const stored of weightsOf(value)) users.set(stored, [...(users.get(stored) ?? []), at]);
  }
  const numbers = new Map<string, number>();
  const kinds = values.map((value, at) => {
    const text = kindOf(value) ?? `alone ${at}`;
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  });
  const ownsWeights = (at: number, from: number, to: number) =>
    weightsOf(values[at]).every(stored => users.get(stored)!.every(user => user >= from && user < to));
  return { values, places, readers, kinds, ownsWeights };
}

/** Whether the call at a place and the one `distance` behind it are the same: of operands as far before them, of the same values, or of weights of one type. */
export function isSame({ values, places, kinds }: Calls, at: number, distance: number): boolean {
  if (kinds[at] !== kinds[at + distance]) return false;
  const others = operandsOf(values[at + distance]);
  return operandsOf(values[at]).every((operand, which) => {
    const other = others[which];
    if (
      operand === other ||
      (operand.source.kind !== 'call' && operand.source.kind !== 'block' && operand.source.kind !== 'repeat')
    ) {
      return operand === other || (operand.source.kind !== 'input' && operand.source.kind === other.source.kind);
    }
    const [place, otherPlace] = [places.get(operand), places.get(other)];
    return place !== undefined && otherPlace === place + distance;
  });
}

/** All weights that a value reads, those of a layer included. */
function weightsOf(value: Value): readonly StoredTensor[] {
  const own = value.source.kind === 'block' ? Object.values(value.source.variables) : [];
  const read = operandsOf(value).flatMap(({ source }) => (source.kind === 'weight' ? [source.stored] : []));
  return [...own.map(({ stored }) => stored), ...read];
}

/** Longer constants stand in the weights file, and are nobody's twice. */
const mostNumbers = 64;

/** What a call is, without values; undefined for one that is never the same as another. */
function kindOf(value: Value): string | undefined {
  const { source, type } = value;
  if (source.kind !== 'call' && source.kind !== 'block') return undefined;
  const operands = source.operands.map(operand => {
    if (operand.source.kind !== 'constant')
      return `${operand.source.kind === 'weight' ? 'weight ' : ''}${showType(operand.type)}`;
    return operand.source.data.length > mostNumbers
      ? undefined
      : `${showType(operand.type)} ${operand.source.data.join()}`;
  });
  if (operands.includes(undefined)) return undefined;
  const what = source.kind === 'call' ? source.op.name : `${source.block} ${Object.keys(source.variables).join()}`;
  return `${what} ${JSON.stringify(source.args)} ${operands.join('; ')} -> ${showType(type)}`;
}
