/** A body while it is drawn: a pool of values, and calls that add to it if they are valid. */
import { elementCount, isFloat, sameType, type TensorType } from '@tessera-dnn/graph';
import type { Pick } from '@tessera-dnn/ops';

import type { Body, BodyKind, Call, Operand, Statement, Typed, Variable } from '../describe/program.ts';
import { indexing, valuesOf } from '../describe/program.ts';
import { typeOfCall } from '../describe/types.ts';

export class Sketch {
  readonly pick: Pick;
  readonly kind: BodyKind;
  readonly name: string;
  readonly inputs: Typed[] = [];
  readonly variables: Variable[] = [];
  readonly statements: Statement[] = [];
  /** The bodies that may be called. */
  readonly blocks: readonly Body[];
  #names = 0;

  constructor(pick: Pick, kind: BodyKind, name: string, blocks: readonly Body[]) {
    this.pick = pick;
    this.kind = kind;
    this.name = name;
    this.blocks = blocks;
  }

  get values(): readonly Typed[] {
    return valuesOf({ ...this, outputs: [] });
  }

  /**
   * Adds a source of values: an input, param or state. A block gets a param or state, and for integers and truth values an operation
   * without operands, since its callers decide its inputs.
   */
  leaf(type: TensorType): string {
    const draw = this.pick.real();
    const isReal = isFloat(type.element);
    if (this.kind !== 'block' && (draw < 0.5 || !isReal)) return this.input(type);
    if (isReal) return this.variable(type, draw < 0.85 ? 'param' : 'state');
    return this.made(type);
  }

  input(type: TensorType): string {
    const name = this.#name('x');
    this.inputs.push({ name, type });
    return name;
  }

  variable(type: TensorType, kind: Variable['kind']): string {
    const name = this.#name(kind === 'param' ? 'p' : 's');
    const whole = [0, 1, 3].map(String);
    const float = ['zeros', 'ones', 'normal(0, 1)', 'uniform(-1, 1)', 'uniform(-1, 1)', 'uniform(0.5, 2)', '0.5'];
    this.variables.push({ name, type, kind, first: this.pick.one(isFloat(type.element) ? float : whole) });
    return name;
  }

  /** Adds a call and returns the name of its result; undefined if it is a mistake. */
  call(callee: string, operands: readonly Operand[], args: Call['args'] = {}, labelled = false): string | undefined {
    const call: Call = { callee, operands, args, ...(labelled && { label: this.#name('l') }) };
    const type = typeOfCall(call, this.typesOf(operands), this.blocks);
    if (type === undefined) return undefined;
    const name = this.#name('v');
    this.statements.push({ kind: 'let', name, type, call });
    return name;
  }

  typeOf(name: string): TensorType {
    const found = this.values.find(value => value.name === name);
    if (found === undefined) throw new Error(`${this.name} has no value ${name}`);
    return found.type;
  }

  typesOf(operands: readonly Operand[]): readonly TensorType[] {
    return operands.filter(operand => typeof operand === 'string').map(name => this.typeOf(name));
  }

  /** One of the values that satisfy `wanted`, more likely a late one than an early one. */
  some(wanted: (type: TensorType) => boolean): string | undefined {
    const found = this.values.filter(({ type }) => wanted(type));
    if (found.length === 0) return undefined;
    const back = Math.min(this.pick.int(0, found.length - 1), this.pick.int(0, found.length - 1));
    return found[found.length - 1 - back].name;
  }

  /** A value of exactly this type: one of the pool, one made from another by views, or a new one. */
  fitted(type: TensorType): string {
    const { pick } = this;
    const same = pick.chance(0.7) ? this.some(other => sameType(other, type)) : undefined;
    if (same !== undefined) return same;
    const other = pick.chance(0.6) ? this.some(({ element }) => element === type.element) : undefined;
    return (other !== undefined && this.reshaped(other, type.shape)) || this.leaf(type);
  }

  /**
   * A value of the shape with elements of `value`, which are repeated if they are too few: from a random one on, as many as the shape has.
   */
  reshaped(value: string, shape: readonly number[]): string | undefined {
    const { pick } = this;
    const [have, want] = [elementCount(this.typeOf(value).shape), elementCount(shape)];
    let flat = this.call('reshape', [value], { shape: [have] });
    if (flat !== undefined && have < want) {
      const times = Math.ceil(want / have);
      flat = this.call('broadcast_to', [flat], { shape: [times, have] });
      flat = flat && this.call('reshape', [flat], { shape: [times * have] });
    }
    const spare = Math.max(have, Math.ceil(want / have) * have) - want;
    const from = pick.int(0, spare);
    if (flat !== undefined && spare > 0) flat = this.call(indexing, [flat], { index: `${from}:${from + want}` });
    return flat && this.call('reshape', [flat], { shape });
  }

  /** The value with each element moved into the range, so that steep functions and those with a limited domain get sensible operands. */
  tamed(value: string, [low, high]: readonly [number, number]): string | undefined {
    const { element } = this.typeOf(value);
    if (element === 'bool') return value;
    if (element === 'i32') {
      const least = Math.ceil(low);
      const rest = this.call('rem', [value, Math.max(Math.floor(high) - least + 1, 1)]);
      return rest && (least === 0 ? rest : this.call('add', [rest, least]));
    }
    const unit = this.call('sigmoid', [value]);
    const scaled = unit && this.call('mul', [unit, high - low]);
    return scaled && (low === 0 ? scaled : this.call('add', [scaled, low]));
  }

  assign(variable: string, value: string): void {
    this.statements.push({ kind: 'assign', variable, value });
  }

  finish(outputs: readonly string[]): Body {
    const { kind, name, inputs, variables, statements } = this;
    return { kind, name, inputs, variables, statements, outputs };
  }

  /** A value that is made by operations without operands. */
  private made(type: TensorType): string {
    const axis = this.pick.int(0, Math.max(type.shape.length - 1, 0));
    const shape = type.shape.length === 0 ? [1] : type.shape;
    const counted = this.call('iota', [], { shape, axis }) as string;
    const whole = type.shape.length === 0 ? (this.call('reshape', [counted], { shape: [] }) as string) : counted;
    if (type.element === 'bool') return this.call('gt', [whole, 1]) as string;
    return type.element === 'i32' ? whole : (this.call('cast', [whole], { element: type.element }) as string);
  }

  #name(kind: string): string {
    this.#names++;
    return `${kind}${this.name}${this.#names}`;
  }
}
