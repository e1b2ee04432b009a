/** Splits that were chosen before: a network does the same to tensors that lie alike in many layers. */
import type { Work } from '@tessera-dnn/graph';
import type { Home } from '../geometry/home.ts';
import { Sequences } from '../geometry/sequences.ts';
import { workKey } from './sample.ts';
import type { SplitContext } from './score.ts';
import { type Chosen, chooseSplit } from './split.ts';

/** Remembers choices, for one chip and one price of bytes. */
export class KnownSplits {
  readonly #chosen = new Map<string, Chosen>();
  readonly #grids = new Sequences();
  /** Homes whose cells have strides of their own are alike to nobody. */
  readonly #views = new Map<Home, number>();

  /** What {@link chooseSplit} chooses. */
  choose(work: Work, context: SplitContext): Chosen {
    const { homes, old, operandTypes, budgetBytes, transientWeight, settlingCycles } = context;
    const settling = work.variants.map(({ operands }) =>
      operands.map((request, i) => (homes[i] === undefined ? settlingCycles(i, request) : 0)),
    );
    const lies = [...homes, old].map(home => (home === undefined ? '-' : this.#homeKey(home)));
    const limits = `${budgetBytes} ${transientWeight} ${work.variants.map(({ name }) => name)}`;
    const key = [workKey(work.node, operandTypes), limits, settling.join(), ...lies].join('\n');
    let chosen = this.#chosen.get(key);
    if (chosen === undefined) this.#chosen.set(key, (chosen = chooseSplit(work, context)));
    return chosen;
  }

  #homeKey(home: Home): string {
    if (home.layout === undefined || !home.dense) return `view ${this.#viewOf(home)}`;
    return `${home.where} ${JSON.stringify(home.layout)} ${this.#gridOf(home)}`;
  }

  #viewOf(home: Home): number {
    const number = this.#views.get(home) ?? this.#views.size;
    this.#views.set(home, number);
    return number;
  }

  #gridOf({ grid: { cuts, tileOf } }: Home): number {
    return this.#grids.numberOf([...cuts.flatMap(axis => [axis.length, ...axis]), ...tileOf]);
  }
}
