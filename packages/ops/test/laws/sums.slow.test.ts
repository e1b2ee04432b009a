/**
 * Law: no kernel adds up more terms in a row than it is told, however many there are, and the sum is right all the same. It is told two
 * instead of the usual number, so that even small instances have sums that are too long. A kernel without sums keeps the law anyway.
 */
import { fullBox, roundingOf } from '@tessera-dnn/graph';
import {
  type Instruction,
  interpretWorkers,
  type RecordedKernel,
  type SumLengths,
  scalarOf,
} from '@tessera-dnn/graph/kernel';
import { describe, expect, it } from 'vitest';
import { ops } from '../../src/index.ts';
import {
  arenaBytes,
  chooseLayout,
  computedBy,
  createInstance,
  disagreement,
  type Instance,
  type PartSpec,
  placeRegion,
  recordPart,
  runIn,
} from '../../src/testing/index.ts';

const instances = 24;
const two: SumLengths = { few: 2, many: 2 };
const unbounded: SumLengths = { few: Number.POSITIVE_INFINITY, many: Number.POSITIVE_INFINITY };

/**
 * Terms that are unrolled in the code, such as the taps of a window, are not cut into blocks, and neither are three short loops after one
 * another.
 */
const mostInARow = 16;

describe.each(ops.all.filter(op => op.kind === 'kernel'))('$name', op => {
  it('adds up in blocks', () => {
    for (let seed = 0; seed < instances; seed++) {
      const instance = exactInAnyOrder(createInstance(op, seed));
      const workers = instance.pick.int(1, 4);
      for (const part of partsOf(instance)) {
        const run = runTraced(instance, { ...part, longestSums: two }, workers);
        const name = `${op.name}, variant ${part.variant}, seed ${seed}`;
        expect(run.terms, name).toBeLessThanOrEqual(mostInARow);
        expect(disagreement(instance, run.result), name).toBeUndefined();
      }
    }
  });
});

it('is a law of long sums: without blocks they are longer', () => {
  for (const name of ['sum', 'matmul', 'conv', 'conv_weight_gradient']) {
    const op = ops.find(name)!;
    const terms = Array.from({ length: instances }, (_, seed) => createInstance(op, seed)).flatMap(instance =>
      partsOf(instance).map(part => runTraced(instance, { ...part, longestSums: unbounded }, 1).terms),
    );
    expect(Math.max(...terms), name).toBeGreaterThan(mostInARow);
  }
});

/** An op that promises the bits of the oracle can keep that promise with blocks only for whole numbers, whose sums are exact in any order. */
function exactInAnyOrder(instance: Instance): Instance {
  const { op, context, answer } = instance;
  if (op.accuracy !== 'exact') return instance;
  const operands = instance.operands.map(({ type, data }) => ({ type, data: data.map(x => Math.round(x) + 0) }));
  const round = roundingOf(context.result.element, Math.fround);
  const data = op.evaluate(operands, context.attributes, context.result, round).map(round);
  return { ...instance, operands, answer: { ...answer, data } };
}

function partsOf(instance: Instance): readonly PartSpec[] {
  const { op, context, pick } = instance;
  const computed = computedBy(op, context)!;
  const box = fullBox(computed.space.extents);
  const regions = computed.regions(box);
  const { result } = context;
  return computed.variants.map(variant => ({
    variant: variant.name,
    box,
    operands: context.operands.map((type, i) =>
      placeRegion(type, regions[i], chooseLayout(variant.operands[i], type.shape.length, pick)),
    ),
    result: placeRegion(result, fullBox(result.shape), chooseLayout(variant.result, result.shape.length, pick)),
    partial: false,
    specialised: pick.chance(0.3),
  }));
}

/** The result, and the largest number of terms that were added to a cell in a row. */
function runTraced(instance: Instance, part: PartSpec, workers: number) {
  const { code, fields }: RecordedKernel = recordPart(instance, ops, part);
  const memory = new ArrayBuffer(arenaBytes(part, 0));
  const count = new TermCount();
  const run = (slots: readonly number[]): void =>
    interpretWorkers(code, { memory, fields, slots, trace: i => count.note(i) }, workers);
  return { result: runIn({ memory, base: 0, scratchBytes: 0, run }, instance, part), terms: count.most };
}

/** Follows the cells of a kernel: counts the terms added to each since it was made or set to something else. */
class TermCount {
  most = 0;
  readonly #cells = new Map<number, number>();
  /** By register: the cell whose value it holds, perhaps with a term added, and the number of terms in that value. */
  readonly #held = new Map<number, { readonly cell: number; readonly terms: number }>();

  note(i: Instruction): void {
    if (i.kind === 'cell') this.#cells.set(i.cell.cell, 0);
    else if (i.kind === 'get') this.#held.set(i.result.id, { cell: i.cell.cell, terms: this.#terms(i.cell.cell) });
    else if (i.kind === 'set') {
      const held = this.#held.get(i.value.id);
      const terms = held?.cell === i.cell.cell ? held.terms : 0;
      this.#cells.set(i.cell.cell, terms);
      this.most = Math.max(this.most, terms);
    } else if ('result' in i) {
      const held = scalarOf(i.result.type) === 'f32' ? this.#augend(i) : undefined;
      if (held === undefined) this.#held.delete(i.result.id);
      else this.#held.set(i.result.id, { ...held, terms: held.terms + 1 });
    }
  }

  #terms(cell: number): number {
    return this.#cells.get(cell) ?? 0;
  }

  #augend(i: Instruction) {
    if (i.kind === 'ternary' && i.code === 'fma') return this.#held.get(i.args[2].id);
    if (i.kind !== 'binary' || i.code !== 'add') return undefined;
    return this.#held.get(i.left.id) ?? this.#held.get(i.right.id);
  }
}
