/**
 * What reaches a node in reverse-mode differentiation from those that read it, until the node is visited.
 *
 * An op that chooses (`where`) tells what computes an operand where that is chosen: its *guard*. Elsewhere nothing may flow back, yet zero
 * times an infinite slope is NaN: `where(x > 0, log(x), 0)` has the slope 0 at 0, not 0 · 1/0. So parts under a guard stay apart from
 * others as long as elementwise ops of one shape hand them on, whatever they hold where the guard is false; they are *masked*
 * where they leave: where parts under several guards meet, or a node is no elementwise op. A part that is zero there anyway needs no mask.
 */
import type { GraphBuilder, Origin, ValueId } from '@tessera-dnn/graph';
import { expander } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { opInRole } from '@tessera-dnn/graph/op';

export interface Part {
  readonly value: ValueId;
  /** The truth values that say where `value` counts; it counts everywhere if there is none. */
  readonly guard?: ValueId;
  /** Whether `value` is zero wherever the guard is false. */
  readonly vanishes: boolean;
}

/** The sum of what has reached one node, kept apart by guard. New nodes get `origin`. */
export class Adjoint {
  /** What has come under each guard, summed in the order in which it came: from the latest user first. */
  readonly #parts = new Map<ValueId | undefined, Part>();
  readonly #build: GraphBuilder;
  readonly #table: OpTable;
  readonly #origin: Origin;

  constructor(build: GraphBuilder, table: OpTable, origin: Origin) {
    this.#build = build;
    this.#table = table;
    this.#origin = origin;
  }

  /** Adds what one more reader of the node hands on. */
  add(part: Part): void {
    const known = this.#parts.get(part.guard);
    this.#parts.set(part.guard, known === undefined ? part : this.#sum(known, part));
  }

  /** The whole sum: still under its guard, if there is only one and the node `carries` guards on to its operands; else masked. */
  settle(carries: boolean): Part {
    const [first, ...others] = [...this.#parts.values()];
    if (others.length === 0 && carries) return first;
    return others.reduce((sum, part) => this.#sum(sum, this.#masked(part)), this.#masked(first));
  }

  #sum(a: Part, b: Part): Part {
    const value = this.#build.op(opInRole(this.#table, 'addition').name, [a.value, b.value], {}, this.#origin);
    return { value, guard: a.guard, vanishes: a.vanishes && b.vanishes };
  }

  #masked({ value, guard, vanishes }: Part): Part {
    if (guard === undefined || vanishes) return { value, vanishes: true };
    return { value: this.#table.masked(expander(this.#build, this.#origin), guard, value), vanishes: true };
  }
}

/** Whether `slope` is zero wherever `upstream` is: a copy, its product with a number, a choice between it and zero. */
export function vanishesWith(build: GraphBuilder, table: OpTable, slope: ValueId, upstream: ValueId): boolean {
  const numbers = (value: ValueId): readonly number[] => {
    if (value === upstream) return [0];
    const { kind, op, operands, attributes, data, type } = build.node(value);
    if (kind === 'constant' && typeof data === 'number') return [data];
    const def = table.find(op);
    // Only the slope's own elementwise steps are looked into: any other value may be anything, a truth value either of the two.
    if (value < upstream || def?.kind !== 'elementwise') return type.element === 'bool' ? [0, 1] : [Number.NaN];
    const elements = operands.map(operand => build.type(operand).element);
    const results = combinations(operands.map(numbers)).map(args => def.scalar(args, attributes, x => x, elements));
    return [...new Set(results)];
  };
  return numbers(slope).every(number => number === 0);
}

function combinations(choices: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return choices.reduce<readonly (readonly number[])[]>(
    (all, own) => all.flatMap(before => own.map(number => [...before, number])),
    [[]],
  );
}
