/**
 * Vertex classes: recording a kernel for every cell of a split, but only once for cells that look alike to it.
 *
 * A kernel sees absolute coordinates (padding and counters depend on them), yet most kernels read only a few. While one is
 * recorded, the coordinates it reads are noted; a later cell with the same counts and strides and the same values there must give
 * the same kernel.
 */
import type { Box, Layout } from '@tessera-dnn/graph';
import type { VertexSpec } from '@tessera-dnn/graph/kernel';
import type { OpTable, View } from '@tessera-dnn/graph/op';
import { recordVertex } from '@tessera-dnn/graph/structural';
import type { Codes } from './codes.ts';

interface Group {
  /** Positions in the flattened list of starts that some recording of this group has read. */
  readonly used: Set<number>;
  readonly known: Map<string, number>;
}

type SharedWork = Pick<VertexSpec, 'node' | 'context'>;

/** One recorder for all nodes that do the same work on tensors of the same types; repeated blocks of a network share it. */
export class Recorders {
  readonly #codes: Codes;
  readonly #table: OpTable;
  /** By everything but the coordinates that a kernel depends on. */
  readonly #known = new Map<string, VertexRecorder>();

  constructor(codes: Codes, table: OpTable) {
    this.#codes = codes;
    this.#table = table;
  }

  /** The recorder for this work; its kernels are called after the op. */
  of({ node, context }: SharedWork): VertexRecorder {
    const key = JSON.stringify([node.op, node.attributes, node.body, node.epilogue, context.operands, context.result]);
    let recorder = this.#known.get(key);
    if (!recorder) {
      recorder = new VertexRecorder(this.#codes, this.#table, node.op);
      this.#known.set(key, recorder);
    }
    return recorder;
  }
}

/** Records kernels into `codes`, whose codelets are called `name` where they are new. */
export class VertexRecorder {
  readonly #codes: Codes;
  readonly #table: OpTable;
  readonly #name: string;
  readonly #groups = new Map<string, Group>();

  constructor(codes: Codes, table: OpTable, name: string) {
    this.#codes = codes;
    this.#table = table;
    this.#name = name;
  }

  /** The class of the vertex `spec`. */
  classOf(spec: VertexSpec): number {
    const signature = signatureOf(spec);
    let group = this.#groups.get(signature);
    if (!group) this.#groups.set(signature, (group = { used: new Set(), known: new Map() }));
    const starts = startsOf(spec);
    const known = group.known.get(keyOf(group, starts));
    if (known !== undefined) return known;
    const before = group.used.size;
    const recorded = recordVertex(track(spec, group.used), this.#table, this.#codes.recording);
    if (group.used.size > before) group.known.clear();
    const id = this.#codes.classOf({ recorded, slots: spec.operands.length + 1, name: this.#name });
    group.known.set(keyOf(group, starts), id);
    return id;
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
