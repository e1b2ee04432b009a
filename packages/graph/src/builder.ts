/**
 * Builds graphs. Nodes are hash-consed: asking twice for the same op, operands, attributes and data gives the same value (common
 * subexpressions exist once; the first one's origin is kept), unless one is a replica of the other. Composite ops are expanded on the way.
 *
 * Leaves carry their identity as attributes: `input {name}`, `variable {variable}`; a constant carries `data`.
 * `finish` drops what no output and no update needs (inputs stay) and keeps the order of creation.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import { showAttributes } from './attributes.ts';
import { factsOf } from './facts.ts';
import type { Attributes, Graph, NamedValue, Node, Origin, Update, ValueId, VariableId } from './graph.ts';
import { Interner, NodeTable } from './hash-cons.ts';
import type { Problem } from './op/call.ts';
import { isProblem } from './op/call.ts';
import type { Expander } from './op/gradient.ts';
import type { CompositeOp } from './op/op.ts';
import type { OpTable } from './op/table.ts';
import { prune } from './prune.ts';
import type { TensorType } from './types.ts';
import { elementCount, showType } from './types.ts';

const nowhere: Origin = {};
const noAttributes: Attributes = {};

/** A graph under construction. */
export interface GraphBuilder {
  readonly table: OpTable;
  /** How many nodes there are so far. */
  readonly size: number;
  node(value: ValueId): Node;
  type(value: ValueId): TensorType;
  /** The next parameter of the program; every call makes a new one. */
  input(name: string, type: TensorType, origin?: Origin): ValueId;
  /** The value a variable has when the program starts. */
  variable(variable: VariableId, type: TensorType, origin?: Origin): ValueId;
  /** One number for all elements, or one per element in row-major order. */
  constant(type: TensorType, data: number | Float64Array, origin?: Origin): ValueId;
  /** The derivative of `loss`, of type `f32[]`, with respect to `value`, a float tensor: of the value's type. */
  gradient(loss: ValueId, value: ValueId, origin?: Origin): ValueId;
  /** Applies an op of the table; an ill-typed or unknown one is an {@link InternalError}. */
  op(name: string, operands: readonly ValueId[], attributes?: Attributes, origin?: Origin): ValueId;
  /** The same for calls that a user wrote: a call that does not type is returned as a problem. */
  tryOp(name: string, operands: readonly ValueId[], attributes?: Attributes, origin?: Origin): ValueId | Problem;
  /** Adds a node as it is, structural ones and those with an epilogue included; its operands are values of this builder. */
  append(node: Node): ValueId;
  output(name: string, value: ValueId): void;
  update(variable: VariableId, value: ValueId): void;
  finish(): Graph;
}

/** A builder of one graph, over the operations of `table`; the graph is empty at first. */
export function createGraphBuilder(table: OpTable): GraphBuilder {
  return new Builder(table);
}

/** What `op` and `tryOp` give apart: a value is a number, a problem a record. */
export function isValue(result: ValueId | Problem): result is ValueId {
  return typeof result === 'number';
}

class Builder implements GraphBuilder {
  readonly table: OpTable;
  readonly #nodes: Node[] = [];
  readonly #inputs: NamedValue[] = [];
  readonly #outputs: NamedValue[] = [];
  readonly #updates: Update[] = [];
  readonly #known = new NodeTable();
  readonly #facts = new Interner();

  constructor(table: OpTable) {
    this.table = table;
  }

  get size(): number {
    return this.#nodes.length;
  }

  node(value: ValueId): Node {
    return this.#nodes[value];
  }

  type(value: ValueId): TensorType {
    return this.#nodes[value].type;
  }

  input(name: string, type: TensorType, origin = nowhere): ValueId {
    const value = this.#push({ kind: 'input', op: 'input', operands: [], attributes: { name }, type, origin });
    this.#inputs.push({ name, value });
    return value;
  }

  variable(variable: VariableId, type: TensorType, origin = nowhere): ValueId {
    return this.append({ kind: 'variable', op: 'variable', operands: [], attributes: { variable }, type, origin });
  }

  constant(type: TensorType, data: number | Float64Array, origin = nowhere): ValueId {
    if (typeof data !== 'number' && data.length !== elementCount(type.shape)) {
      throw new InternalError('build', `a constant of type ${showType(type)} has ${data.length} elements`);
    }
    const plain = typeof data === 'number' ? data : uniform(data);
    return this.append({
      kind: 'constant',
      op: 'constant',
      operands: [],
      attributes: noAttributes,
      type,
      data: plain,
      origin,
    });
  }

  gradient(loss: ValueId, value: ValueId, origin = nowhere): ValueId {
    const type = this.type(value);
    return this.append({
      kind: 'gradient',
      op: 'gradient',
      operands: [loss, value],
      attributes: noAttributes,
      type,
      origin,
    });
  }

  op(name: string, operands: readonly ValueId[], attributes = noAttributes, origin = nowhere): ValueId {
    const result = this.tryOp(name, operands, attributes, origin);
    if (!isValue(result)) throw new InternalError('build', result.message, name);
    return result;
  }

  tryOp(name: string, operands: readonly ValueId[], attributes = noAttributes, origin = nowhere): ValueId | Problem {
    const def = this.table.find(name);
    if (def === undefined) throw new InternalError('build', 'no such op', name);
    const facts = this.#facts.intern(`${name} ${showAttributes(attributes)}`);
    const known = def.impure ? undefined : this.#known.find(facts, operands);
    if (known !== undefined) return known as ValueId;
    const types = operands.map(operand => this.type(operand));
    const type = def.infer(types, attributes);
    if (isProblem(type)) return type;
    const value =
      def.kind === 'composite'
        ? this.#expand(def, operands, attributes, origin)
        : this.#push({ kind: 'op', op: name, operands, attributes, type, origin });
    // An expansion may itself have asked for this very node; only new ones are recorded.
    if (!def.impure && this.#known.find(facts, operands) === undefined) this.#known.add(facts, operands, value);
    return value;
  }

  append(node: Node): ValueId {
    if (node.kind === 'op' && this.table.find(node.op)?.impure) return this.#push(node);
    const facts = this.#facts.intern(factsOf(node));
    const known = this.#known.find(facts, node.operands);
    if (known !== undefined) return known as ValueId;
    const value = this.#push(node);
    this.#known.add(facts, node.operands, value);
    return value;
  }

  output(name: string, value: ValueId): void {
    this.#outputs.push({ name, value });
  }

  update(variable: VariableId, value: ValueId): void {
    this.#updates.push({ variable, value });
  }

  finish(): Graph {
    return prune({ nodes: this.#nodes, inputs: this.#inputs, outputs: this.#outputs, updates: this.#updates });
  }

  #push(node: Node): ValueId {
    this.#nodes.push(node);
    return (this.#nodes.length - 1) as ValueId;
  }

  #expand(op: CompositeOp, operands: readonly ValueId[], attributes: Attributes, origin: Origin): ValueId {
    return op.expand(expander(this, origin), operands, attributes);
  }
}

/** A view of the builder for expansions and rules: everything it makes has the given origin. */
export function expander(build: GraphBuilder, origin: Origin): Expander {
  return {
    type: value => build.type(value),
    op: (name, operands, attributes) => build.op(name, operands, attributes, origin),
    constant: (type, data) => build.constant(type, data, origin),
  };
}

/** A list of equal numbers as that one number. */
function uniform(data: Float64Array): number | Float64Array {
  const first = data[0];
  return data.every(value => Object.is(value, first)) ? first : data;
}
