/**
 * Modules as text: one node a line, read back by `parse`. Origins are not printed.
 *
 * ```
 * variable w: param f32[3, 4] = uniform(-0.5, 0.5)
 *
 * model net {
 *   %0 = input x: f32[2, 3]
 *   %1 = variable w: f32[3, 4]
 *   %2 = constant 2: f32[]
 *   %3 = product(%0, %1; %2): f32[2, 4] { $0: f32; $2 = mul($0, $1): f32 }
 *   %4 = sum(%3){axes: [1], keep: false}: f32[2]
 *   output y = %4
 * }
 * ```
 * A state that an optimiser keeps for a param is `state f32[3, 4] of w`, a variable whose element type the program asks for `param exact f32[3, 4]`.
 * A replica has its number after the op: `sum#1(%3)`. The operands after `;` are the epilogue's, and `$0` is what the op itself gives, of the
 * element type that is said. Bodies of `map` and `row` nodes look the same, with the operands as `$0, $1, …`; the epilogue of a `row` stands
 * after its body.
 */
import { epilogueSources, showAttributes, showNumber, showOp, showSteps } from './attributes.ts';
import type { Graph, Initialiser, Module, Node, Variable } from './graph.ts';
import { showType } from './types.ts';

export interface PrintOptions {
  /** Constants and initial values of more elements are cut short; such text cannot be parsed. */
  readonly longestList?: number;
}

/** The text of a module: its variables first, then its programs. `parseModule` reads it back. */
export function printModule(module: Module, options: PrintOptions = {}): string {
  const variables = module.variables.map(variable => `${showVariable(variable, module, options)}\n`).join('');
  const programs = module.programs.map(
    ({ kind, name, graph }) => `${kind} ${word(name)} {\n${printGraph(graph, module.variables, options)}}\n`,
  );
  return [variables, ...programs].filter(part => part !== '').join('\n');
}

/** The lines of one graph, indented by two. */
export function printGraph(graph: Graph, variables: readonly Variable[], options: PrintOptions = {}): string {
  const path = (variable: number): string => word(variables[variable]?.path ?? `#${variable}`);
  const lines = [
    ...graph.nodes.map(
      (node, id) => `%${id} = ${showNode(node, path, options)}: ${showType(node.type)}${showBody(node)}`,
    ),
    ...graph.outputs.map(({ name, value }) => `output ${word(name)} = %${value}`),
    ...graph.updates.map(({ variable, value }) => `update ${path(variable)} = %${value}`),
  ];
  return lines.map(line => `  ${line}\n`).join('');
}

function showVariable(variable: Variable, { variables }: Module, options: PrintOptions): string {
  const { path, kind, type, initialiser, owner, exact } = variable;
  const stored = `${exact === true ? 'exact ' : ''}${showType(type)}`;
  const belongs = owner === undefined ? '' : ` of ${word(variables[owner]?.path ?? `#${owner}`)}`;
  return `variable ${word(path)}: ${kind} ${stored}${belongs} = ${showInitialiser(initialiser, variables, options)}`;
}

function showInitialiser(initialiser: Initialiser, variables: readonly Variable[], options: PrintOptions): string {
  switch (initialiser.kind) {
    case 'constant':
      return showNumber(initialiser.value);
    case 'values':
      return showList(initialiser.values, options);
    case 'uniform':
      return `uniform(${showNumber(initialiser.low)}, ${showNumber(initialiser.high)})`;
    case 'normal':
      return `normal(${showNumber(initialiser.mean)}, ${showNumber(initialiser.deviation)})`;
    case 'copy':
      return `copy ${word(variables[initialiser.of]?.path ?? `#${initialiser.of}`)}`;
    case 'computed':
      return 'computed';
  }
}

function showNode(node: Node, path: (variable: number) => string, options: PrintOptions): string {
  switch (node.kind) {
    case 'input':
      return `input ${word(node.attributes.name)}`;
    case 'variable':
      return `variable ${path(node.attributes.variable)}`;
    case 'constant':
      return `constant ${typeof node.data === 'object' ? showList(node.data, options) : showNumber(node.data)}`;
    default: {
      const attributes = showAttributes(node.attributes);
      return `${showOp(node)}(${showOperands(node)})${attributes === '' ? '' : `{${attributes}}`}`;
    }
  }
}

function showOperands({ operands, epilogue }: Node): string {
  const list = (values: readonly number[]): string => values.map(value => `%${value}`).join(', ');
  if (epilogue === undefined) return list(operands);
  const own = list(operands.slice(0, epilogue.firstOperand));
  const extra = list(operands.slice(epilogue.firstOperand));
  return extra === '' ? own : `${own}; ${extra}`;
}

function showBody({ body, epilogue, operands }: Node): string {
  const own = body === undefined ? '' : ` { ${showSteps(body, epilogue?.firstOperand ?? operands.length)} }`;
  if (epilogue === undefined) return own;
  const steps = showSteps(epilogue.steps, epilogueSources(epilogue, operands.length));
  return `${own} { $0: ${epilogue.base.element}; ${steps} }`;
}

function showList(values: ArrayLike<number>, { longestList = Number.POSITIVE_INFINITY }: PrintOptions): string {
  const shown = Array.from({ length: Math.min(values.length, longestList) }, (_, i) => showNumber(values[i]));
  return `[${shown.join(', ')}${shown.length < values.length ? ', …' : ''}]`;
}

/** Bare where it reads back as one word, else quoted. */
function word(text: string): string {
  return /^(?:[A-Za-z_#]|\$(?=[A-Za-z_]))[\w.$#]*$/.test(text) ? text : JSON.stringify(text);
}
