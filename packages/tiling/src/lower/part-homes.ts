/** Where parts are computed: the homes of wholes that have parts, and of the parts in them. */
import { type Layout, type Program, rowMajor, type TensorType, tensorBytes, type ValueId } from '@tessera-dnn/graph';
import { cellBox } from '../geometry/grid.ts';
import { denseHome, type Home, tileToCell, wholeGrid } from '../geometry/home.ts';
import type { Buffers } from './buffers.ts';
import type { Part, PartPlan } from './parts.ts';

/** The homes of wholes that have parts, and of the parts in them; made when the first part is computed. */
export class PartHomes {
  readonly #program: Program;
  readonly #plan: PartPlan;
  readonly #buffers: Buffers;
  readonly #layoutOf: (whole: ValueId) => Layout | undefined;
  readonly #withParts: ReadonlySet<ValueId>;
  readonly #wholes = new Map<ValueId, Home>();

  /** `layoutOf`: how a whole is asked for by its reader. */
  constructor(program: Program, plan: PartPlan, buffers: Buffers, layoutOf: (whole: ValueId) => Layout | undefined) {
    this.#program = program;
    this.#plan = plan;
    this.#withParts = new Set([...plan.values()].map(({ whole }) => whole));
    this.#buffers = buffers;
    this.#layoutOf = layoutOf;
  }

  /** Where a value is to be computed, if it is a part. */
  partOf(value: ValueId): Home | undefined {
    const part = this.#plan.get(value);
    return part && partHome(part, this.#program.graph.nodes[value].type, this.#whole(part.whole));
  }

  /** Where a whole with parts lies, or undefined if it has none. */
  wholeOf(value: ValueId): Home | undefined {
    return this.#withParts.has(value) ? this.#whole(value) : this.partOf(value);
  }

  /** A whole may be a part of another, and that of one more: they are made from the outermost inwards. */
  #whole(value: ValueId): Home {
    const around: ValueId[] = [];
    for (let at: ValueId | undefined = value; at !== undefined && !this.#wholes.has(at); at = this.#plan.get(at)?.whole)
      around.push(at);
    for (const whole of around.reverse()) this.#wholes.set(whole, this.partOf(whole) ?? this.#outermost(whole));
    return this.#wholes.get(value) as Home;
  }

  #outermost(value: ValueId): Home {
    const { type, origin, op } = this.#program.graph.nodes[value];
    const asked = this.#layoutOf(value);
    const layout =
      asked && !asked.block && asked.order.length === type.shape.length ? asked : rowMajor(type.shape.length);
    const name = origin.path ? `${origin.path} ${op}` : op;
    const bytes = Float64Array.of(tensorBytes(type));
    const buffer = this.#buffers.add({ name, kind: 'activation', type, bytes, origin });
    return denseHome(type, wholeGrid(type.shape), layout, buffer, 1);
  }
}

function partHome({ to, axes }: Part, type: TensorType, whole: Home): Home {
  const held = whole.cell(0);
  const grid = wholeGrid(type.shape);
  const strides = axes.map(followed => (followed ? followed.step * held.strides[followed.axis] : 0));
  const offset = to.reduce((sum, at, axis) => sum + at * held.strides[axis], held.offset);
  const view = { box: cellBox(grid.cuts, 0), strides, offset };
  const { buffer, where } = whole;
  return { type, grid, buffer, layout: undefined, dense: false, where, cellOf: tileToCell(grid, 1), cell: () => view };
}

/** The order in which a part's axes lie, if a kernel whose result is asked to be in `request` can write it. */
export function orderOfPart(home: Home, request: Layout | 'any'): Layout | undefined {
  const { strides, box } = home.cell(0);
  const axes = [...strides.keys()].sort((a, b) => strides[b] - strides[a] || a - b);
  if (request === 'any') return { order: axes };
  if (request.block) return undefined;
  const turning = request.order.filter(axis => box.count[axis] > 1);
  const inOrder = turning.every((axis, i) => i === 0 || strides[turning[i - 1]] >= strides[axis] * box.count[axis]);
  const innermost = turning.at(-1);
  return inOrder && (innermost === undefined || strides[innermost] === 1) ? request : undefined;
}
