/** Records the kernel of one vertex: one node's work on one tile. */
import { InternalError } from '@tessera-dnn/diagnostics';
import { resultPart } from './box.ts';
import type { ScalarStep } from './graph.ts';
import type { KernelBuilder } from './kernel/builder.ts';
import { type RecordedKernel, registerElement } from './kernel/code.ts';
import type { RecordOptions } from './kernel/recorder.ts';
import { recordKernel } from './kernel/recorder.ts';
import { createSink } from './kernel/sink.ts';
import { streamOf } from './kernel/stream.ts';
import { boundSums } from './kernel/sums.ts';
import type { VertexSpec } from './kernel/vertex-spec.ts';
import type { KernelOp } from './op/op.ts';
import type { OpTable } from './op/table.ts';
import type { View } from './op/vertex.ts';
import { combineOf } from './structural/combine.ts';
import type { MapKernel } from './structural/map.ts';
import { emitMap } from './structural/map.ts';
import { emitRow } from './structural/row.ts';
import { emitWidened, withWidenedEpilogue } from './structural/widened.ts';

/** Records `spec` with the op's kernel, or the structural kernel of `map`, `row` and `combine`. */
export function recordVertex(spec: VertexSpec, table: OpTable, options: RecordOptions): RecordedKernel {
  return boundSums(
    recordKernel(
      options,
      k => writeVertex(k, spec, table),
      [...spec.operands, spec.result].map(({ type }) => type.element),
    ),
    options.longestSums,
  );
}

function writeVertex(k: KernelBuilder, spec: VertexSpec, table: OpTable): void {
  const { node } = spec;
  if (node.op === 'row') emitRow(k, table, spec);
  else if (node.op === 'map') emitMap(k, table, mapKernel(spec, scalarSteps(spec)));
  else if (node.op === 'combine') emitMap(k, table, combineKernel(spec));
  else writeOp(k, spec, table);
}

function writeOp(k: KernelBuilder, spec: VertexSpec, table: OpTable): void {
  const def = table.find(spec.node.op);
  if (def?.kind === 'elementwise') emitMap(k, table, mapKernel(spec, [singleStep(spec)]));
  else if (def?.kind === 'kernel') writeKernel(k, spec, table, def);
  else throw new InternalError('kernel', 'this op has no kernel', spec.node.op);
}

function mapKernel(spec: VertexSpec, steps: readonly ScalarStep[]): MapKernel {
  return {
    box: spec.box,
    sources: spec.operands.map((view, slot) => streamOf(slot, view, spec.box)),
    result: streamOf(spec.operands.length, spec.result, spec.box),
    stored: spec.result.type.element,
    steps,
  };
}

function scalarSteps({ node }: VertexSpec): readonly ScalarStep[] {
  return (node.body ?? []).map(step => {
    if ('combine' in step) throw new InternalError('kernel', 'a map has scalar steps only', node.op);
    return step;
  });
}

function singleStep({ node, context }: VertexSpec): ScalarStep {
  const args = context.operands.map((_, i) => i);
  return { op: node.op, attributes: node.attributes, args, element: context.result.element };
}

/** Axis 0 of operand 0 is the parts; the rest of it lies like any operand. */
function combineKernel(spec: VertexSpec): MapKernel {
  const { node, box } = spec;
  const [parts, ...others] = spec.operands;
  const whole = {
    start: [parts.region.start[0], ...box.start],
    count: [parts.region.count[0], ...box.count],
    step: [1, ...box.step],
  };
  const stream = streamOf(0, parts, whole);
  return {
    box,
    sources: [{ ...stream, strides: stream.strides.slice(1) }, ...others.map((view, i) => streamOf(i + 1, view, box))],
    parts: { count: whole.count[0], strideBytes: stream.strides[0], combine: combineOf(node.attributes) },
    result: streamOf(spec.operands.length, spec.result, box),
    stored: spec.result.type.element,
    steps: node.epilogue?.steps ?? [],
  };
}

function writeKernel(k: KernelBuilder, spec: VertexSpec, table: OpTable, def: KernelOp): void {
  const { node, partial, adds } = spec;
  const own = node.epilogue?.firstOperand ?? spec.operands.length;
  const context = { ...spec.context, operands: spec.context.operands.slice(0, own) };
  const variant = def.variants(context).find(({ name }) => name === spec.variant);
  if (variant === undefined) throw new InternalError('kernel', `${node.op} has no variant ${spec.variant}`);
  const rank = context.result.shape.length;
  const epilogue = partial ? undefined : node.epilogue;
  const sinkWith = (operands: readonly View[]) =>
    createSink(k, table, {
      box: resultPart(spec.box, rank),
      element: registerElement(context.result.element),
      result: spec.result,
      resultSlot: spec.operands.length,
      layout: variant.result,
      epilogue,
      operands,
      ...(def.accumulates ? { begun: adds !== undefined } : { adds }),
    });
  const fused = epilogue === undefined ? [] : spec.operands.slice(own);
  const vertex = { context, variant: spec.variant, box: spec.box, operands: spec.operands.slice(0, own) };
  withWidenedEpilogue({ k, table }, { box: spec.box, views: fused, firstSlot: own }, views =>
    emitWidened({ k, table, op: def, variant, vertex: { ...vertex, sink: sinkWith(views) } }),
  );
}
