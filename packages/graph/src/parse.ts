/**
 * Reads the text that `print` writes. It is an interchange for tests and tools, so malformed text is an {@link InternalError} that
 * names the line; whether the module makes sense is `verify`'s business. Comments run from `//` to the end of the line.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type {
  Attributes,
  AttributeValue,
  BodyStep,
  Epilogue,
  Graph,
  Initialiser,
  Module,
  NamedValue,
  Node,
  OpNode,
  Program,
  ProgramKind,
  RowNode,
  RowReduction,
  Update,
  ValueId,
  Variable,
  VariableId,
  VariableKind,
} from './graph.ts';
import type { Token, TokenKind } from './tokens.ts';
import { readNumber, tokenise } from './tokens.ts';
import type { ElementType, TensorType } from './types.ts';
import { elementTypes } from './types.ts';

/**
 * Reads a module from its text form (see `print.ts`). Types and operations are believed: `verify` checks those. Other text is an
 * InternalError that names the line.
 */
export function parseModule(text: string): Module {
  return new Parser(text).module();
}

const programKinds: readonly ProgramKind[] = ['model', 'train', 'init', 'prepare'];
const variableKinds: readonly VariableKind[] = ['param', 'state', 'prepared'];
const combines: readonly RowReduction['combine'][] = ['add', 'max', 'min', 'mul'];

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  readonly #variables: Variable[] = [];

  constructor(text: string) {
    this.#tokens = tokenise(text);
  }

  module(): Module {
    const programs: Program[] = [];
    while (this.#peek().kind !== 'end') {
      if (this.#accepts('variable')) this.#variables.push(this.#variable());
      else programs.push(this.#program());
    }
    return { variables: this.#variables, programs };
  }

  #variable(): Variable {
    const path = this.#name();
    this.#expect(':');
    const kind = this.#oneOf(variableKinds);
    const exact = this.#accepts('exact') ? { exact: true } : {};
    const type = this.#type();
    const owner = this.#accepts('of') ? { owner: this.#variableId() } : {};
    this.#expect('=');
    return { path, kind, type, initialiser: this.#initialiser(), origin: {}, ...owner, ...exact };
  }

  #initialiser(): Initialiser {
    if (this.#peek().text === '[') return { kind: 'values', values: this.#numbers() };
    if (this.#peek().kind === 'number') return { kind: 'constant', value: this.#number() };
    const kind = this.#oneOf(['uniform', 'normal', 'copy', 'computed'] as const);
    if (kind === 'copy') return { kind, of: this.#variableId() };
    if (kind === 'computed') return { kind };
    this.#expect('(');
    const first = this.#number();
    this.#expect(',');
    const second = this.#number();
    this.#expect(')');
    return kind === 'uniform' ? { kind, low: first, high: second } : { kind, mean: first, deviation: second };
  }

  #program(): Program {
    const kind = this.#oneOf(programKinds);
    const name = this.#name();
    this.#expect('{');
    return { name, kind, graph: this.#graph(), origin: {} };
  }

  #graph(): Graph {
    const nodes: Node[] = [];
    const inputs: NamedValue[] = [];
    const outputs: NamedValue[] = [];
    const updates: Update[] = [];
    while (!this.#accepts('}')) {
      if (this.#accepts('output')) outputs.push({ name: this.#name(), value: this.#assigned() });
      else if (this.#accepts('update')) updates.push({ variable: this.#variableId(), value: this.#assigned() });
      else {
        const value = this.#value();
        if (value !== nodes.length) throw this.#error(`%${nodes.length}`);
        this.#expect('=');
        const node = this.#node();
        if (node.kind === 'input') inputs.push({ name: node.attributes.name, value });
        nodes.push(node);
      }
    }
    return { nodes, inputs, outputs, updates };
  }

  #node(): Node {
    const [op, replica] = this.#take('word').split('#');
    if (op === 'input') return { kind: op, op, attributes: { name: this.#name() }, ...this.#leaf() };
    if (op === 'variable') return { kind: op, op, attributes: { variable: this.#variableId() }, ...this.#leaf() };
    if (op === 'constant') {
      const data = this.#peek().text === '[' ? Float64Array.from(this.#numbers()) : this.#number();
      return { kind: op, op, attributes: {}, data, ...this.#leaf() };
    }
    this.#expect('(');
    const { operands, firstOperand } = this.#operands();
    const attributes = this.#attributes();
    const type = this.#typed();
    const copy = replica === undefined ? {} : { replica: Number(replica) };
    const facts = { operands, attributes, type, ...copy, origin: {} };
    if (op === 'gradient') return { kind: op, op, ...facts };
    const epilogue = (): Epilogue | undefined =>
      this.#accepts('{') ? this.#epilogue(type, firstOperand, operands.length) : undefined;
    if (op !== 'map' && op !== 'row') return withEpilogue({ kind: 'op', op, ...facts }, epilogue());
    // A body that is missing is for the verifier to find.
    const body = this.#accepts('{') ? this.#steps(firstOperand) : [];
    return op === 'map' ? { kind: op, op, ...facts, body } : withEpilogue({ kind: op, op, ...facts, body }, epilogue());
  }

  #leaf() {
    return { operands: [], type: this.#typed(), origin: {} };
  }

  #operands(): { readonly operands: readonly ValueId[]; readonly firstOperand: number } {
    const operands: ValueId[] = [];
    let firstOperand: number | undefined;
    while (!this.#accepts(')')) {
      operands.push(this.#value());
      if (this.#accepts(';')) firstOperand = operands.length;
      else if (this.#peek().text !== ')') this.#expect(',');
    }
    return { operands, firstOperand: firstOperand ?? operands.length };
  }

  #epilogue(type: TensorType, firstOperand: number, operands: number): Epilogue {
    if (this.#take('step') !== '0') throw this.#error('$0');
    this.#expect(':');
    const base = { element: this.#element(), shape: type.shape };
    this.#expect(';');
    const steps = this.#steps(1 + operands - firstOperand).map(step => {
      if ('combine' in step) throw this.#error('a scalar step');
      return step;
    });
    return { base, firstOperand, steps };
  }

  #steps(sources: number): readonly BodyStep[] {
    const steps: BodyStep[] = [];
    while (!this.#accepts('}')) {
      if (steps.length > 0) this.#expect(';');
      if (this.#take('step') !== String(sources + steps.length)) throw this.#error(`$${sources + steps.length}`);
      this.#expect('=');
      steps.push(this.#step());
    }
    return steps;
  }

  #step(): BodyStep {
    const op = this.#take('word');
    const combine = op === 'reduce' ? this.#oneOf(combines) : undefined;
    this.#expect('(');
    const args: number[] = [];
    while (!this.#accepts(')')) {
      if (args.length > 0) this.#expect(',');
      args.push(Number(this.#take('step')));
    }
    const attributes = this.#attributes();
    this.#expect(':');
    const element = this.#element();
    return combine === undefined ? { op, attributes, args, element } : { combine, arg: args[0], element };
  }

  #attributes(): Attributes {
    const attributes: { [name: string]: AttributeValue } = {};
    if (!this.#accepts('{')) return attributes;
    while (!this.#accepts('}')) {
      if (Object.keys(attributes).length > 0) this.#expect(',');
      const name = this.#name();
      this.#expect(':');
      attributes[name] = this.#attribute();
    }
    return attributes;
  }

  #attribute(): AttributeValue {
    const { kind, text } = this.#peek();
    if (kind === 'string') return this.#take('string');
    if (kind === 'number') return this.#number();
    if (text === 'true' || text === 'false') return this.#take('word') === 'true';
    return this.#list(() => this.#attribute());
  }

  #assigned(): ValueId {
    this.#expect('=');
    return this.#value();
  }

  #variableId(): VariableId {
    const path = this.#name();
    const id = this.#variables.findIndex(variable => variable.path === path);
    if (id < 0) throw this.#error(`a variable, not ${path},`);
    return id as VariableId;
  }

  #typed(): TensorType {
    this.#expect(':');
    return this.#type();
  }

  #type(): TensorType {
    return { element: this.#element(), shape: this.#numbers() };
  }

  #element(): ElementType {
    return this.#oneOf(elementTypes);
  }

  #value(): ValueId {
    return Number(this.#take('value')) as ValueId;
  }

  #numbers(): readonly number[] {
    return this.#list(() => this.#number());
  }

  #list<T>(entry: () => T): readonly T[] {
    this.#expect('[');
    const list: T[] = [];
    while (!this.#accepts(']')) {
      if (list.length > 0) this.#expect(',');
      list.push(entry());
    }
    return list;
  }

  #number(): number {
    return readNumber(this.#take('number'));
  }

  #name(): string {
    return this.#take(this.#peek().kind === 'string' ? 'string' : 'word');
  }

  #oneOf<T extends string>(choices: readonly T[]): T {
    const choice = choices.find(text => text === this.#peek().text);
    if (choice === undefined) throw this.#error(choices.join(' or '));
    this.#at++;
    return choice;
  }

  #take(kind: TokenKind): string {
    if (this.#peek().kind !== kind) throw this.#error(`a ${kind}`);
    return this.#tokens[this.#at++].text;
  }

  #accepts(text: string): boolean {
    const token = this.#peek();
    const found = token.text === text && (token.kind === 'mark' || token.kind === 'word');
    if (found) this.#at++;
    return found;
  }

  #expect(text: string): void {
    if (!this.#accepts(text)) throw this.#error(text);
  }

  #peek(): Token {
    return this.#tokens[this.#at];
  }

  #error(wanted: string): InternalError {
    const { text, line } = this.#peek();
    return new InternalError('parse', `expected ${wanted} before ${text === '' ? 'the end' : text} in line ${line}`);
  }
}

function withEpilogue<N extends RowNode | OpNode>(node: N, epilogue: Epilogue | undefined): N {
  return epilogue === undefined ? node : { ...node, epilogue };
}
