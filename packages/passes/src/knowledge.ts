/** What rules are told beyond the nodes that they look at. */
import type { Graph, GraphBuilder, ValueId, VariableId } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';

/** Of a graph that is being built, by what is known of the one that it is made from. */
export class Knowledge {
  readonly #build: GraphBuilder;
  readonly #table: OpTable;
  readonly #updated: ReadonlySet<VariableId>;
  /** Whether each of the first values is stable; the others are found out when one of them is asked for. */
  readonly #stable: boolean[] = [];
  readonly #shared = new Set<ValueId>();

  constructor(build: GraphBuilder, table: OpTable, { updates }: Graph) {
    this.#build = build;
    this.#table = table;
    this.#updated = new Set(updates.map(({ variable }) => variable));
  }

  stable(value: ValueId): boolean {
    for (let next = this.#stable.length; next <= value; next++) {
      const node = this.#build.node(next as ValueId);
      const changes =
        node.kind === 'input' ||
        this.#table.find(node.op)?.impure === true ||
        (node.kind === 'variable' && this.#updated.has(node.attributes.variable));
      this.#stable.push(!changes && node.operands.every(operand => this.#stable[operand]));
    }
    return this.#stable[value];
  }

  shared(value: ValueId): boolean {
    return this.#shared.has(value);
  }

  /** Remembers that more than one node or result reads a value. */
  share(value: ValueId): void {
    this.#shared.add(value);
  }
}
