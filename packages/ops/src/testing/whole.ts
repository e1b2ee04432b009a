/** What graph says of the work of a single call, as it says it of a node: the laws hold against these facts what kernels do. */
import type { Layout, Node, Work } from '@tessera-dnn/graph';
import { elementBytes, sameLayout, sameShape, overwritesOf as stated, workOf } from '@tessera-dnn/graph';
import type { LayoutRequest, OpContext, OpTable, Overwrite, Variant } from '@tessera-dnn/graph/op';
import type { DefinedOp } from '../define/op.ts';
import { ops } from '../table.ts';
import type { Instance } from './instance.ts';

/** How `op` is computed; `undefined` for movement and composite ops. */
export function computedBy(op: DefinedOp, context: OpContext): Work | undefined {
  return workOf(nodeOf(op, context), context.operands, tableWith(op));
}

/** The variants with which an op may be written over its operand: all, or, if it says `inOrder`, those that have that layout. */
export function overwritingVariants(variants: readonly Variant[], { operand, inOrder }: Overwrite): readonly Variant[] {
  const asked = (request: LayoutRequest): boolean => inOrder === undefined || isLayout(request, inOrder);
  return variants.filter(({ result, operands }) => asked(result) && asked(operands[operand]));
}

function isLayout(request: LayoutRequest, layout: Layout): boolean {
  return request !== 'any' && sameLayout(request, layout);
}

/** Where the result of the call may be written: what graph says, as far as operand and result can lie alike in whole. */
export function overwritesOf({ op, context }: Instance): readonly Overwrite[] {
  const { operands, result } = context;
  const alike = ({ operand, inOrder }: Overwrite) =>
    inOrder !== undefined ||
    (elementBytes[operands[operand].element] === elementBytes[result.element] &&
      sameShape(operands[operand].shape, result.shape));
  return stated(nodeOf(op, context), operands, tableWith(op)).filter(alike);
}

/** The types of its operands are all that is asked about them, so that it names none. */
function nodeOf({ name }: DefinedOp, { attributes, result }: OpContext): Node {
  return { kind: 'op', op: name, operands: [], attributes, type: result, origin: {} };
}

/** Our operations, and `op`, which may be somebody else's. */
function tableWith(op: DefinedOp): OpTable {
  return { ...ops, find: name => (name === op.name ? op : ops.find(name)) };
}
