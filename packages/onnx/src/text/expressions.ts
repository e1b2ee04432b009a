/** Writes values as expressions of the language. */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { ElementType } from '@tessera-dnn/graph';
import type { Argument, Arguments } from '@tessera-dnn/graph/op';
import { reservedWords } from '@tessera-dnn/language';
import type { BlockSource, CallSource, ConstantSource, Value } from '../draft/value.ts';
import { operandsOf } from '../draft/value.ts';
import { floatText, listText, numberText } from './numbers.ts';
import { sliceText } from './slices.ts';
import type { Variables } from './variables.ts';

/** How tightly an expression binds, from a chain to a name. */
const level = { chain: 0, or: 1, and: 2, not: 3, compare: 4, sum: 5, product: 6, sign: 7, power: 8, atom: 9 } as const;

interface Written {
  readonly text: string;
  readonly level: number;
  /** A call as the first step of a chain. */
  readonly step?: string;
}

const operators: { readonly [op: string]: { readonly symbol: string; readonly level: number } } = {
  or: { symbol: 'or', level: level.or },
  and: { symbol: 'and', level: level.and },
  eq: { symbol: '==', level: level.compare },
  ne: { symbol: '!=', level: level.compare },
  lt: { symbol: '<', level: level.compare },
  le: { symbol: '<=', level: level.compare },
  gt: { symbol: '>', level: level.compare },
  ge: { symbol: '>=', level: level.compare },
  add: { symbol: '+', level: level.sum },
  sub: { symbol: '-', level: level.sum },
  mul: { symbol: '*', level: level.product },
  div: { symbol: '/', level: level.product },
  rem: { symbol: '%', level: level.product },
};

/** Constants of more numbers are tables of the weights file. */
const mostNumbers = 64;
/** Longer operands are steps before a call, not written in its brackets. */
const longestOperand = 24;

/** Writes one program. Values are given to it in order, each after those that it is computed from. */
export class Writer {
  readonly #readers: ReadonlyMap<Value, number>;
  readonly #variables: Variables;
  readonly #names = new Map<Value, string>();
  readonly #inline = new Map<Value, Written>();

  constructor(readers: ReadonlyMap<Value, number>, variables: Variables) {
    this.#readers = readers;
    this.#variables = variables;
  }

  name(value: Value, name: string): void {
    this.#names.set(value, name);
  }

  /** Whether a value of the order needs a statement: it is computed, and does not stand where it is read. Values come in order. */
  needsName(value: Value, isOutput: boolean): boolean {
    if (this.#names.has(value) || operandsOf(value).length + Number(value.source.kind === 'call') === 0) return false;
    if (isOutput || value.source.kind === 'repeat' || this.#readers.get(value) !== 1) return true;
    this.#inline.set(value, this.#written(value));
    return false;
  }

  /** What computes a value. */
  definition(value: Value): string {
    return this.#written(value).text;
  }

  /** The value as it stands where a statement reads it. */
  expression(value: Value): string {
    return this.#reference(value).text;
  }

  #reference(value: Value): Written {
    const name = this.#names.get(value);
    if (name !== undefined) return { text: name, level: level.atom };
    return this.#inline.get(value) ?? this.#written(value);
  }

  #written(value: Value): Written {
    const { source } = value;
    switch (source.kind) {
      case 'call':
        return this.#call(source);
      case 'block':
        return this.#block(value as Value & { readonly source: BlockSource });
      case 'constant':
        return this.#constant(value as Value & { readonly source: ConstantSource }, undefined);
      case 'weight':
        return { text: this.#variables.weight(source, value.type), level: level.atom };
      case 'input':
      case 'repeat':
        throw new InternalError('onnx', 'a value has no name', source.kind);
    }
  }

  #block(value: Value & { readonly source: BlockSource }): Written {
    const { block, operands, args } = value.source;
    const label = Object.keys(value.source.variables).length === 0 ? undefined : this.#variables.label(value);
    const suffix =
      label === undefined
        ? ''
        : ` as ${/^[A-Za-z_][A-Za-z0-9_]*$/.test(label) && !this.#isWord(label) ? label : JSON.stringify(label)}`;
    return this.#applied(
      block,
      operands,
      Object.entries(args).map(([name, given], at) =>
        at === 0 && label !== undefined ? show(given) : `${name}: ${show(given)}`,
      ),
      suffix,
    );
  }

  #isWord(label: string): boolean {
    return reserved.has(label);
  }

  #call(source: CallSource): Written {
    const { op, operands, args } = source;
    const operator = operators[op.name];
    if (operator !== undefined) return this.#binary(operands, operator);
    if (op.name === 'neg' || op.name === 'not') {
      const own = op.name === 'not' ? level.not : level.sign;
      return {
        text: `${op.name === 'not' ? 'not ' : '-'}${this.#operand(operands[0], operands, own + 1)}`,
        level: own,
      };
    }
    if (op.name === 'slice')
      return {
        text: `${this.#operand(operands[0], operands, level.atom)}${sliceText(operands[0].type.shape, args)}`,
        level: level.atom,
      };
    const list = op.parameters.find(({ kind }) => kind === 'tensors');
    if (list !== undefined) {
      const written = `[${operands.map(operand => this.#operand(operand, operands, level.or)).join(', ')}]`;
      // What comes before the list has a name, and so has the list then.
      const parts =
        list === op.parameters[0] ? [written, ...namedArgs(args)] : [...namedArgs(args), `${list.name}: ${written}`];
      return { text: `${op.name}(${parts.join(', ')})`, level: level.atom };
    }
    return this.#applied(op.name, operands, argumentsOf(source), '');
  }

  #binary(
    operands: readonly Value[],
    { symbol, level: own }: { readonly symbol: string; readonly level: number },
  ): Written {
    const [a, b] = operands;
    // Comparisons do not chain, and on the right of an operator stands what binds tighter.
    const left = this.#operand(a, operands, own === level.compare ? own + 1 : own);
    return { text: `${left} ${symbol} ${this.#operand(b, operands, own + 1)}`, level: own };
  }

  /** A call as a step of a chain if its first operand is a computation that stands here, else `f(x, …)`. */
  #applied(name: string, operands: readonly Value[], args: readonly string[], suffix: string): Written {
    const [first, ...rest] = operands;
    const others = [...rest.map(operand => this.#operand(operand, operands, level.or)), ...args];
    if (first === undefined) return { text: `${name}(${others.join(', ')})${suffix}`, level: level.atom };
    const before = this.#names.has(first) || first.source.kind === 'constant' ? undefined : this.#inline.get(first);
    const behind = `${others.length > 0 ? `(${others.join(', ')})` : suffix === '' ? '' : '()'}${suffix}`;
    if (
      before !== undefined &&
      (before.level === level.chain || before.text.length > longestOperand || suffix !== '')
    ) {
      return { text: `${before.step ?? before.text} |> ${name}${behind}`, level: level.chain };
    }
    const operand = this.#operand(first, operands, level.or);
    return {
      text: `${name}(${[operand, ...others].join(', ')})${suffix}`,
      level: suffix === '' ? level.atom : level.chain,
      step: `${operand} |> ${name}${behind}`,
    };
  }

  #operand(value: Value, beside: readonly Value[], least: number): string {
    const written =
      value.source.kind === 'constant'
        ? this.#constant(value as Value & { readonly source: ConstantSource }, beside)
        : this.#reference(value);
    return written.level < least ? `(${written.text})` : written.text;
  }

  /** A number takes its type from a tensor beside it; where there is none of the type, the text says which. */
  #constant(value: Value & { readonly source: ConstantSource }, beside: readonly Value[] | undefined): Written {
    const { type, source } = value;
    const { element, shape } = type;
    const [first] = source.data;
    const hasNaN = source.data.some(Number.isNaN);
    const isUniform = source.data.every(number => Object.is(number, first));
    if (shape.length === 0 && !hasNaN) {
      const told =
        beside?.some(
          other => other.type.element === element && (other.source.kind !== 'constant' || other.type.shape.length > 0),
        ) ?? false;
      const text = told ? numberText(first, element) : element === 'f32' ? floatText(first) : undefined;
      if (text !== undefined && beside !== undefined)
        return { text, level: text.startsWith('-') ? level.sign : level.atom };
    }
    if (isUniform && !hasNaN) return { text: filled(first, element, shape), level: level.atom };
    if (source.data.length > mostNumbers || hasNaN)
      return { text: this.#variables.table(value, value.hint?.name ?? 'table'), level: level.atom };
    const list = listText(source.data, shape, element);
    return { text: `constant(${list}${element === 'f32' ? '' : `, dtype: ${element}`})`, level: level.atom };
  }
}

const reserved = new Set(reservedWords);

function filled(value: number, element: ElementType, shape: readonly number[]): string {
  const dtype = element === 'f32' ? '' : `, dtype: ${element}`;
  const extents = `[${shape.join(', ')}]`;
  if (value === 0 && element !== 'bool' && !Object.is(value, -0)) return `zeros(${extents}${dtype})`;
  return value === 1 && element !== 'bool'
    ? `ones(${extents}${dtype})`
    : `constant(${numberText(value, element)}, ${extents}${dtype})`;
}

/** Compile-time arguments of a call: the first by its place where no axis could be meant, all others by name. */
function argumentsOf({ op, args, operands }: CallSource): readonly string[] {
  const plain = op.parameters.filter(({ kind }) => kind !== 'tensor');
  const tensors = op.parameters.length - plain.length;
  return plain.flatMap(({ name, default: usual }, at) => {
    const given = args[name];
    if (given === undefined || given === usual) return [];
    const byPlace = at === 0 && name !== 'axis' && tensors === operands.length && op.parameters[tensors] === plain[0];
    return [byPlace ? show(given) : `${name}: ${show(given)}`];
  });
}

function namedArgs(args: Arguments): readonly string[] {
  return Object.entries(args).flatMap(([name, given]) => (given === undefined ? [] : [`${name}: ${show(given)}`]));
}

const elements: readonly string[] = ['f32', 'f16', 'bf16', 'i32', 'i8', 'u8', 'bool'];

function show(given: Argument | undefined): string {
  if (Array.isArray(given)) return `[${given.map(show).join(', ')}]`;
  if (typeof given === 'number') return numberText(given, Number.isInteger(given) ? 'i32' : 'f32');
  if (typeof given === 'string') return elements.includes(given) ? given : JSON.stringify(given);
  return String(given);
}
