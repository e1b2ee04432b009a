/** What passes count as written over its operand is what tiling may write over it, for every kind of node that computes. */
import { operandTypes, parseModule, sameShape, verifyModule, workOf } from '@tessera-dnn/graph';
import { standInOps } from '@tessera-dnn/graph/testing';
import { expect, test } from 'vitest';
import { flowOf } from '../src/memory/flow.ts';

const text = `model m {
  %0 = input x: f32[4, 4]
  %1 = input y: f32[4, 1]
  %2 = neg(%0): f32[4, 4]
  %3 = neg(%1): f32[4, 1]
  %4 = add(%2, %3): f32[4, 4]
  %5 = map(%4, %3){}: f32[4, 4] { $2 = add($0, $1): f32; $3 = relu($2): f32 }
  %6 = row(%5, %3){axes: [1], shape: [4, 4]}: f32[4, 4] { $2 = reduce max($0): f32; $3 = sub($0, $2): f32; $4 = add($3, $1): f32 }
  %7 = row(%6){axes: [1], shape: [4, 4]}: f32[4, 1] { $1 = squash($0): f32; $2 = reduce add($1): f32 }
  %8 = row(%6; %7){axes: [1], shape: [4, 4]}: f32[4, 1] { $1 = squash($0): f32; $2 = reduce add($1): f32 } { $0: f32; $2 = add($0, $1): f32 }
  %9 = product(%6, %2; %5): f32[4, 4] { $0: f32; $2 = add($0, $1): f32 }
  %10 = product(%9, %2; %9): f32[4, 4] { $0: f32; $2 = add($0, $1): f32 }
  %11 = turn(%10): f32[4, 4]
  %12 = add(%10, %11): f32[4, 4]
  output a = %8
  output b = %12
}
`;

/** By node: the values over which its result may be written once they are not needed any more. */
const expected = new Map<number, readonly number[]>([
  // The first reads inputs only, which lie in the host window; an operand that is broadcast is too small.
  [4, [2]],
  [5, [4]],
  // A row reads all of a row before it writes any of it.
  [6, [5]],
  // A sum takes its operand in parts; only what its epilogue reads is gone through element by element.
  [7, []],
  [8, [7]],
  [9, [5]],
  // What a contraction reads to the end is not free, though its epilogue reads it too; nor what is read in two orders.
  [10, []],
  [12, []],
]);

test('flows overwrite what works overwrite, for every kind of node', () => {
  const module = parseModule(text);
  verifyModule(module, standInOps);
  const [{ graph }] = module.programs;
  const { overwrites } = flowOf(graph, standInOps);
  for (const [id, values] of expected) {
    expect({ id, overwrites: overwrites[id] }).toEqual({ id, overwrites: values });
    const node = graph.nodes[id];
    const open = workOf(node, operandTypes(graph, node), standInOps)?.overwritable ?? [];
    const claimed = open
      .map(place => node.operands[place])
      .filter(value => sameShape(graph.nodes[value].type.shape, node.type.shape));
    for (const value of values) expect(claimed).toContain(value);
    // Tiling takes the memory of none that the node reads a second time where it may not be overwritten.
    const free = claimed.filter(value => node.operands.every((operand, i) => operand !== value || open.includes(i)));
    if (id !== 12) expect(free).toEqual(values);
  }
});
