/** The matrix product for all vertices that no faster kernel suits. */
import type { KernelBuilder, Operand } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import { numberOf } from '../../plane/plane.ts';
import { shareUnits } from '../../plane/units.ts';
import { elementsOf, numberElement } from '../../plane/views.ts';
import { startOf } from './product.ts';
import type { MatmulAttributes } from './shapes.ts';
import { batchAxis, matrixAxes, resultAxes } from './shapes.ts';

/** Writes the whole kernel: one result at a time, with any layouts. */
export function genericMatmulKernel(k: KernelBuilder, vertex: Vertex<MatmulAttributes>): void {
  const { context, box, sink } = vertex;
  const rank = context.result.shape.length;
  const element = numberElement(context.result.element);
  const a = operandReader(k, vertex, 0);
  const b = operandReader(k, vertex, 1);
  const counts = context.result.shape.map((_, axis) => numberOf(k, box.count[axis]));
  const terms = k.field(box.count[rank]);
  shareUnits(k, counts, indices => {
    const sum = k.cell(k.constant(element, 0));
    k.loop(0, terms, term => {
      const product = k.mul(k.load(element, a(indices, term)), k.load(element, b(indices, term)));
      k.set(sum, k.add(k.get(sum), product));
    });
    sink.at(indices).store(k.get(sum));
  });
}

/** Gives the address of an operand's element for a result and a term of its sum. */
function operandReader(k: KernelBuilder, vertex: Vertex<MatmulAttributes>, operand: 0 | 1) {
  const { context, operands } = vertex;
  const view = operands[operand];
  const { shape } = view.type;
  const { batch, row, column } = resultAxes(context.operands, context.result.shape.length);
  const axes = matrixAxes(operand, shape.length, context.attributes);
  const elements = elementsOf(k, operand, view);
  const starts = startOf(vertex, operand).map((start, axis) => numberOf(k, start - view.region.start[axis]));
  const resultAxis = shape.map((extent, axis) => {
    if (axis === axes.kept) return operand === 0 ? row : column;
    return extent === 1 ? -1 : axis - batchAxis(view.type, 0, batch);
  });
  return (indices: readonly Operand[], term: Operand) =>
    elements.at(
      shape.map((_, axis) => {
        const index = axis === axes.summed ? term : resultAxis[axis] < 0 ? 0 : indices[resultAxis[axis]];
        return k.add(starts[axis], index);
      }),
    );
}
