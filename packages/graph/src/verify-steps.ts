/** The invariants of bodies and epilogues. */
import type { BodyStep, Epilogue, Node } from './graph.ts';
import { constantStep } from './kernel/scalar-steps.ts';
import { isProblem } from './op/call.ts';
import type { OpTable } from './op/table.ts';
import { rowAttributes } from './structural/row-attributes.ts';
import { rowCombine } from './structural/row-space.ts';
import type { ElementType, TensorType } from './types.ts';
import { computedElement, sameShape, showType } from './types.ts';

type Fail = (message: string) => never;

/** Checks a `map` node: its operands broadcast to its shape, and its steps are scalar and of the types they say. `fail` throws. */
export function verifyMap(node: Node, operands: readonly TensorType[], table: OpTable, fail: Fail): void {
  verifyBroadcasts(operands, node.type.shape, fail);
  const steps = node.body ?? [];
  if (steps.some(step => 'combine' in step)) fail('a map has scalar steps only');
  verifySteps(steps, operands, node.type.element, table, fail);
}

/** Checks a `row` node: its axes, its steps, and that its shape is the row's own or the one that its reductions leave. `fail` throws. */
export function verifyRow(node: Node, operands: readonly TensorType[], table: OpTable, fail: Fail): void {
  const { axes, shape, stack } = rowAttributes(node.attributes);
  const { epilogue } = node;
  const type = epilogue?.base ?? node.type;
  const own = operands.slice(0, epilogue?.firstOperand);
  if (axes.length === 0 || axes.some(axis => !(axis >= 0 && axis < shape.length)))
    fail('a row needs axes of its shape');
  verifyBroadcasts(own, shape, fail);
  const steps = node.body ?? [];
  verifySteps(steps, own, type.element, table, fail);
  if (variesAlongRow(steps, own, axes, shape.length)) {
    if (!sameShape(shape, type.shape)) fail(`the result should be of shape [${shape.join(', ')}]`);
  } else {
    const ones = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
    const dropped = shape.filter((_, axis) => !axes.includes(axis));
    const first = stack === undefined ? [] : [stack];
    const wanted = [ones, dropped].map(rest => [...first, ...rest]);
    if (!wanted.some(fits => sameShape(fits, type.shape)))
      fail(`the result should be of shape [${wanted[0].join(', ')}] or [${wanted[1].join(', ')}]`);
  }
  if (stack !== undefined && rowCombine(node) === undefined) fail('what is stacked are reductions of one kind');
  if (epilogue === undefined) return;
  if (stack !== undefined || rowCombine(node) === undefined)
    fail('only a row that ends in its one reduction has an epilogue');
  verifyEpilogue(node, epilogue, operands, table, fail);
}

/** Checks the steps that follow a kernel op in the same node: they keep its shape and end in the node's element type. `fail` throws. */
export function verifyEpilogue(
  node: Node,
  epilogue: Epilogue,
  operands: readonly TensorType[],
  table: OpTable,
  fail: Fail,
): void {
  const { base, firstOperand, steps } = epilogue;
  if (firstOperand > operands.length) fail('the epilogue starts behind the operands');
  const sources = [base, ...operands.slice(firstOperand)];
  verifyBroadcasts(sources, node.type.shape, fail);
  if (!sameShape(base.shape, node.type.shape)) fail(`an epilogue keeps the shape, ${showType(base)} is the op's own`);
  verifySteps(steps, sources, node.type.element, table, fail);
}

/** Whether the last step (transitively) has an argument that varies along the row. */
function variesAlongRow(
  steps: readonly BodyStep[],
  operands: readonly TensorType[],
  axes: readonly number[],
  rank: number,
): boolean {
  const varies = operands.map(({ shape }) =>
    shape.some((extent, i) => extent > 1 && axes.includes(i + rank - shape.length)),
  );
  for (const step of steps) varies.push(!('combine' in step) && step.args.some(arg => varies[arg]));
  return varies[varies.length - 1];
}

function verifyBroadcasts(types: readonly TensorType[], shape: readonly number[], fail: Fail): void {
  for (const type of types) {
    const skipped = shape.length - type.shape.length;
    const fits = skipped >= 0 && type.shape.every((extent, i) => extent === 1 || extent === shape[i + skipped]);
    if (!fits) fail(`${showType(type)} does not broadcast to [${shape.join(', ')}]`);
  }
}

/** Arguments come before their step; element types are what the ops infer; the last one is the result's. */
function verifySteps(
  steps: readonly BodyStep[],
  sources: readonly TensorType[],
  result: ElementType,
  table: OpTable,
  fail: Fail,
): void {
  if (steps.length === 0) fail('there are no steps');
  const elements: ElementType[] = sources.map(source => source.element);
  for (const step of steps) {
    const args = 'combine' in step ? [step.arg] : step.args;
    if (args.some(arg => !(arg >= 0 && arg < elements.length))) fail(`step $${elements.length} uses a later value`);
    const element = stepElement(
      step,
      args.map(arg => elements[arg]),
      table,
      fail,
    );
    if (computedElement(element) !== computedElement(step.element))
      fail(`step $${elements.length} gives ${element}, not ${step.element}`);
    elements.push(element);
  }
  if (computedElement(elements[elements.length - 1]) !== computedElement(result))
    fail(`the last step gives ${elements[elements.length - 1]}`);
}

function stepElement(step: BodyStep, args: readonly ElementType[], table: OpTable, fail: Fail): ElementType {
  if ('combine' in step) return args[0];
  if (step.op === constantStep) return step.element;
  const def = table.find(step.op);
  if (def?.kind !== 'elementwise') return fail(`${step.op} is no elementwise op`);
  const type = def.infer(
    args.map(element => ({ element: computedElement(element), shape: [] })),
    step.attributes,
  );
  return isProblem(type) ? fail(type.message) : type.element;
}
