/**
 * Constant folding. Before: any module. After: no op of the table stands over constants alone, unless its result would have to be
 * stored and is large.
 *
 * 1. A node over constants is evaluated by its oracle, rounded as at run time.
 * 2. A result that is one number repeated is stored as that number, whatever its size; an elementwise op over such constants is
 *    evaluated once, not per element.
 * 3. Other results are stored if they are small, or no larger than the constants they come from.
 */
import type { GraphBuilder, Node, ValueId } from '@tessera-dnn/graph';
import { constantData, elementCount, rewriteGraph, roundingOf, wideElement } from '@tessera-dnn/graph';
import type { OpDef, OpTable, Tensor } from '@tessera-dnn/graph/op';
import { mapGraphs, type Stage } from './stage.ts';

/** Results of so many elements are stored even if they are larger than what they are computed from. */
const smallElements = 1024;
/** Nothing larger is evaluated at compile time. */
const evaluatedElements = 65_536;

export const fold: Stage = {
  name: 'fold',
  doc: 'computes what depends on constants only',
  run: (module, { table }) =>
    mapGraphs(module, graph =>
      rewriteGraph(graph, table, ({ build, node, operands, copy }) => {
        const data = foldNode(build, table, node, operands);
        return data === undefined ? copy() : build.constant(node.type, data, node.origin);
      }),
    ),
};

/** The node's elements, if all it reads is constant and the result is worth storing. */
function foldNode(
  build: GraphBuilder,
  table: OpTable,
  node: Node,
  operands: readonly ValueId[],
): number | Float64Array | undefined {
  const def = table.find(node.op);
  if (def === undefined || def.impure || node.epilogue !== undefined) return undefined;
  const sources = operands.map(operand => build.node(operand));
  if (sources.some(source => source.kind !== 'constant')) return undefined;
  const repeated = repeatedResult(def, node, sources);
  if (repeated !== undefined) return repeated;
  if ([node, ...sources].some(({ type }) => elementCount(type.shape) > evaluatedElements)) return undefined;
  const tensors: Tensor[] = sources.map(source => ({ type: source.type, data: constantData(source) }));
  const rounding = roundingOf(node.type.element, Math.fround);
  const data = def.evaluate(tensors, node.attributes, node.type, rounding);
  return isRepeated(data) || data.length <= storable(sources) ? data : undefined;
}

/** An elementwise op over numbers that stand for all their elements. */
function repeatedResult(def: OpDef, node: Node, sources: readonly Node[]): number | undefined {
  if (def.kind !== 'elementwise' || sources.length === 0) return undefined;
  const numbers = sources.flatMap(({ data }) => (typeof data === 'number' ? [data] : []));
  if (numbers.length < sources.length) return undefined;
  const elements = sources.map(({ type }) => type.element);
  const [inside, rounding] = [wideElement(node.type.element), node.type.element].map(element =>
    roundingOf(element, Math.fround),
  );
  return rounding(def.scalar(numbers, node.attributes, inside, elements));
}

function isRepeated(data: Float64Array): boolean {
  return data.every(value => Object.is(value, data[0]));
}

function storable(sources: readonly Node[]): number {
  const stored = sources.reduce((sum, { data }) => sum + (typeof data === 'object' ? data.length : 1), 0);
  return Math.max(smallElements, stored);
}
