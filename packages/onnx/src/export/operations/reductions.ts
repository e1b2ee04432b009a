/** Reductions over axes, and running sums. */
import { cast, type Export, type Exporting, list } from '../operator.ts';

export const reductions: { readonly [op: string]: Export } = {
  sum: reduction('ReduceSum'),
  max: reduction('ReduceMax'),
  min: reduction('ReduceMin'),
  prod: reduction('ReduceProd'),
  argmax: place('ArgMax'),
  argmin: place('ArgMin'),
  cumsum: given => given.emit('CumSum', [wide(given), given.integers([given.node.attributes['axis'] as number], [])]),
};

function reduction(op: string): Export {
  return given => {
    const axes = list(given, 'axes');
    const x = wide(given);
    // Over no axis at all ONNX's would be over all of them.
    return axes.length === 0 ? x : given.emit(op, [x, given.integers(axes)], { keepdims: kept(given) });
  };
}

function place(op: string): Export {
  return given => {
    const [axis] = list(given, 'axes');
    const found = given.emit(op, given.inputs, { axis, keepdims: kept(given), select_last_index: 0 });
    // ONNX says places in 64 bits.
    return given.emit('Cast', [found], { to: 6 });
  };
}

function kept({ node }: Exporting): 0 | 1 {
  return node.attributes['keep'] === true ? 1 : 0;
}

/** The operand in the type in which its elements are added up, that of the result. */
function wide(given: Exporting): string {
  return cast(given, given.inputs[0], given.operands[0].type.element, given.node.type.element);
}
