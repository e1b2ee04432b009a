/** Random flows: small DAGs of values with sizes, results that may lie over operands, values that last, variables that are replaced. */
import fc from 'fast-check';
import type { Flow } from '../../src/memory/flow.ts';

interface RawNode {
  readonly bytes: number;
  readonly operands: readonly number[];
  readonly inPlace: boolean;
  readonly lasts: boolean;
}

const rawNode = fc.record({
  bytes: fc.integer({ min: 0, max: 4 }),
  operands: fc.array(fc.nat(), { maxLength: 3 }),
  inPlace: fc.boolean(),
  lasts: fc.boolean(),
});

export function flows(mostNodes: number): fc.Arbitrary<Flow> {
  return fc
    .tuple(fc.array(rawNode, { minLength: 1, maxLength: mostNodes }), fc.option(fc.nat(), { nil: undefined }))
    .map(([raw, replaced]) => flowOfRaw(raw, replaced));
}

function flowOfRaw(raw: readonly RawNode[], replaced: number | undefined): Flow {
  const operands = raw.map((node, id) => [...new Set(node.operands.flatMap(n => (id === 0 ? [] : [n % id])))]);
  const bytes = Float64Array.from(raw, node => node.bytes);
  const reads = operands.map(list => list.filter(value => bytes[value] > 0));
  const read = new Set(reads.flat());
  const value = replaced === undefined ? -1 : replaced % raw.length;
  const readers = raw.map((_, id) => id).filter(id => id !== value && id % 3 === 0);
  return {
    bytes,
    memoryOf: [...bytes.keys()],
    operands,
    reads,
    overwrites: reads.map((list, id) => (raw[id].inPlace ? list.filter(operand => bytes[operand] === bytes[id]) : [])),
    lasts: Uint8Array.from(raw, (node, id) => (node.lasts || !read.has(id) || id === value ? 1 : 0)),
    replaces: value >= 0 && bytes[value] > 0 ? new Map([[value, readers]]) : new Map(),
  };
}

/** All orders in which every node comes after its operands. */
export function* legalOrders({ operands }: Flow, order: readonly number[] = []): Generator<readonly number[]> {
  if (order.length === operands.length) yield order;
  for (let node = 0; node < operands.length; node++) {
    if (order.includes(node) || !operands[node].every(operand => order.includes(operand))) continue;
    yield* legalOrders({ operands } as Flow, [...order, node]);
  }
}
