/**
 * Vertex classes: recording a kernel for every cell of a split, but only once for cells that look alike to it.
 *
 * A kernel sees absolute coordinates (padding and counters depend on them), yet most kernels read only a few. While one is
 * recorded, the coordinates it reads are noted; a later cell with the same counts and strides and the same values there must give
 * the same kernel.
 */
import { type Box, type Layout, showAttributes, showSteps, showType } from '@tessera-dnn/graph';
import type { RecordedKernel, VertexSpec } from '@tessera-dnn/graph/kernel';
import type { OpTable, View } from '@tessera-dnn/graph/op';
import { recordVertex } from '@tessera-dnn/graph/structural';
import { type Group, type KnownKernels, knownKernels } from '../known-kernels.ts';
import type { Codes } from './codes.ts';

type SharedWork = Pick<VertexSpec, 'node' | 'context'>;

/** One recorder for all nodes that do the same work on tensors of the same types; repeated blocks of a network share it. */
export class Recorders {
  readonly #codes: Codes;
  readonly #table: OpTable;
  readonly #kernels: KnownKernels;
  /** By everything but the coordinates that a kernel depends on. */
  readonly #known = new Map<string, VertexRecorder>();

  constructor(codes: Codes, table: OpTable) {
    this.#codes = codes;
    this.#table = table;
    this.#kernels = knownKernels(table, codes.recording);
  }

  /** The recorder for this work; its kernels are called after the op. */
  of({ node, context }: SharedWork): VertexRecorder {
    const key = keyOfWork(node, context);
    let recorder = this.#known.get(key);
    if (!recorder) {
      const groups = this.#kernels.groupsOf(key);
      const record = (spec: VertexSpec) => recordVertex(spec, this.#table, this.#codes.recording);
      recorder = new VertexRecorder({ codes: this.#codes, kernels: this.#kernels, groups, record, name: node.op });
      this.#known.set(key, recorder);
    }
    return recorder;
  }
}

/** All that the kernels of a work depend on but the cell; with every number as it is, for which JSON has no -0 and no infinity. */
function keyOfWork(
  { op, attributes, body = [], epilogue }: VertexSpec['node'],
  context: VertexSpec['context'],
): string {
  const after = epilogue
    ? `${epilogue.firstOperand} ${showType(epilogue.base)} ${showSteps(epilogue.steps, 0)}`
    : 'nothing';
  const types = [...context.operands, context.result].map(showType).join();
  return [op, showAttributes(attributes), showAttributes(context.attributes), types, showSteps(body, 0), after].join(
    '|',
  );
}

interface Recording {
  readonly codes: Codes;
  readonly kernels: KnownKernels;
  /** The known kernels of this work. */
  readonly groups: Map<string, Group>;
  readonly record: (spec: VertexSpec) => RecordedKernel;
  /** What codelets are called where they are new. */
  readonly name: string;
}

/** Records kernels of one work. */
export class VertexRecorder {
  readonly #recording: Recording;
  readonly #classes = new Map<RecordedKernel, number>();

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** The class of the vertex `spec`. */
  classOf(spec: VertexSpec): number {
    const { codes, name } = this.#recording;
    const recorded = this.#kernelOf(spec);
    let id = this.#classes.get(recorded);
    if (id === undefined) {
      id = codes.classOf({ recorded, slots: spec.operands.length + 1, name });
      this.#classes.set(recorded, id);
    }
    return id;
  }

  #kernelOf(spec: VertexSpec): RecordedKernel {
    const { kernels, groups, record } = this.#recording;
    const signature = signatureOf(spec);
    let group = groups.get(signature);
    if (!group) groups.set(signature, (group = { used: new Set(), known: new Map() }));
    const starts = startsOf(spec);
    const known = group.known.get(keyOf(group, starts));
    if (known) return known;
    const before = group.used.size;
    const recorded = record(track(spec, group.used));
    if (group.used.size > before) group.known.clear();
    return kernels.add(group, keyOf(group, starts), recorded);
  }
}

function signatureOf(spec: VertexSpec): string {
  const view = (v: View) =>
    `${v.type.element}|${v.region.count.join()}|${v.region.step.join()}|${v.strides.join()}|${v.layout.order.join()}|${blockKey(v.layout)}`;
  return [
    spec.variant,
    spec.partial,
    spec.adds,
    spec.box.count.join(),
    ...spec.operands.map(view),
    view(spec.result),
  ].join(';');
}

function blockKey({ block }: Layout): string {
  return block === undefined ? '' : `${block.size} ${block.lanes?.size ?? 1}`;
}

function startsOf(spec: VertexSpec): number[] {
  return [...spec.box.start, ...spec.operands.flatMap(v => v.region.start), ...spec.result.region.start];
}

function keyOf(group: Group, starts: readonly number[]): string {
  return [...group.used].map(i => starts[i]).join();
}

/** `spec` with starts that note when they are read. */
function track(spec: VertexSpec, used: Set<number>): VertexSpec {
  let base = 0;
  const tracked = (box: Box): Box => {
    const first = base;
    base += box.start.length;
    const start = new Proxy(box.start, {
      get(target, property) {
        if (typeof property === 'string' && /^\d+$/.test(property)) used.add(first + Number(property));
        return Reflect.get(target, property);
      },
    });
    return { start, count: box.count, step: box.step };
  };
  const view = (v: View): View => ({ ...v, region: tracked(v.region) });
  const box = tracked(spec.box);
  const operands = spec.operands.map(view);
  return { ...spec, box, operands, result: view(spec.result) };
}
