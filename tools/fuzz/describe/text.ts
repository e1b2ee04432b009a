/** Writes descriptions as text of the language: one file, or two where blocks are imported, and what is `--set` of their constants. */
import { showType } from '@tessera-dnn/graph';
import { ops } from '@tessera-dnn/ops';
import {
  type Arg,
  type Args,
  type Binding,
  type Body,
  type Call,
  type Constant,
  type FileDescription,
  indexing,
  isCall,
  type Operand,
  type Statement,
} from './program.ts';

export interface Texts {
  readonly text: string;
  /** What the text imports as `./blocks.dnn`; absent where it imports nothing. */
  readonly imported?: string;
  /** As of `--set`, by name. */
  readonly set: Readonly<Record<string, string>>;
}

export function textsOf({ bodies, imported }: FileDescription): Texts {
  const blocks = imported === true ? bodies.filter(({ kind }) => kind === 'block') : [];
  const own = bodies.filter(body => !blocks.includes(body));
  const set = constantsOf(own).flatMap(({ name, set }) => (set === undefined ? [] : [[name, String(set)] as const]));
  const texts = { text: textOfBodies(own), set: Object.fromEntries(set) };
  if (blocks.length === 0) return texts;
  return { ...texts, text: `import "./blocks.dnn"\n\n${texts.text}`, imported: textOfBodies(blocks) };
}

/** All bodies in one text. */
export function textOf({ bodies }: FileDescription): string {
  return textOfBodies(bodies);
}

function textOfBodies(bodies: readonly Body[]): string {
  const constants = constantsOf(bodies).map(({ name, written }) => `const ${name} = ${written}\n`);
  return [...(constants.length > 0 ? [constants.join('')] : []), ...bodies.map(textOfBody)].join('\n');
}

function constantsOf(bodies: readonly Body[]): readonly Constant[] {
  const statements = bodies.flatMap(body => body.statements);
  return statements.flatMap(statement =>
    statement.kind === 'let' && statement.within ? [statement.within.constant] : [],
  );
}

export function textOfBody(body: Body): string {
  const { kind, name, inputs, variables, statements, outputs, endsPlainly, expectsPeak } = body;
  const parameters = inputs.map(input => (kind === 'block' ? input.name : `${input.name}: ${showType(input.type)}`));
  const single = endsPlainly ? outputs[0] : `return ${outputs[0]}`;
  const lines = [
    ...(expectsPeak ? ['expect peak <= 1_000_000_000'] : []),
    ...variables.map(variable => `${variable.kind} ${variable.name}: ${showType(variable.type)} = ${variable.first}`),
    ...statements.map(textOfStatement),
    outputs.length === 1 && kind !== 'train' ? single : `return { ${outputs.join(', ')} }`,
  ];
  return `${kind} ${name}(${parameters.join(', ')}) {\n${lines.map(line => `  ${line}\n`).join('')}}\n`;
}

function textOfStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'let':
      return textOfBinding(statement);
    case 'assign':
      return `${statement.variable} := ${statement.value}`;
    case 'minimize': {
      const { loss, optimiser, only, clip, accumulate, states, master, scale } = statement;
      const clauses = [
        only && ` for ${textOfArg(only)}`,
        clip !== undefined && ` clip ${clip}`,
        accumulate !== undefined && ` accumulate ${accumulate}`,
        states !== undefined && ` states ${states}`,
        master !== undefined && ` master ${master}`,
        scale !== undefined && ` scale ${scale}`,
      ];
      return `minimize ${loss} using ${textOfCall(optimiser)}${clauses.filter(Boolean).join('')}`;
    }
  }
}

function textOfBinding({ name, call, within }: Binding): string {
  if (within === undefined) return `let ${name} = ${textOfCall(call)}`;
  const { constant } = within;
  if (within.kind === 'for') {
    const [first, ...others] = call.operands;
    const again = textOfCall({ ...call, operands: [name, ...others] }, turn);
    return `var ${name} = ${first}\n  for ${turn} in range(${constant.name}) {\n    ${name} = ${again}\n  }`;
  }
  const { otherwise, as } = within;
  const condition = `if ${constant.name} >= 1`;
  return as === 'expression'
    ? `let ${name} = ${condition} { ${textOfCall(call)} } else { ${otherwise} }`
    : `var ${name} = ${otherwise}\n  ${condition} {\n    ${name} = ${textOfCall(call)}\n  }`;
}

/** The variable of all loops, which are not nested. */
const turn = 'turn';

/** In a loop, `turn` is its variable, which tells the labels of its turns apart. */
export function textOfCall({ callee, operands, args, label }: Call, turn?: string): string {
  if (callee === indexing) return `${operands[0]}[${args['index']}]`;
  const op = ops.find(callee);
  const symbol = textsOfArgs(callee, args).length === 0 ? op?.symbol : undefined;
  if (symbol !== undefined && operands.length === 1) return `${symbol} ${operands[0]}`;
  if (symbol !== undefined) return operands.map(textOfOperand).join(` ${symbol} `);
  const parameters = op?.parameters.filter(({ kind }) => kind === 'tensor' || kind === 'tensors') ?? [];
  const listAt = parameters.findIndex(({ kind }) => kind === 'tensors');
  const single = listAt < 0 ? operands : operands.slice(0, listAt);
  const list = listAt < 0 ? [] : [`[${operands.slice(listAt).map(textOfOperand).join(', ')}]`];
  const given = [...single.map(textOfOperand), ...list, ...textsOfArgs(callee, args)];
  const labelled = turn === undefined ? label : `"${label}{${turn}}"`;
  return `${callee}(${given.join(', ')})${label === undefined ? '' : ` as ${labelled}`}`;
}

function textOfOperand(operand: Operand): string {
  return typeof operand === 'number' && operand < 0 ? `(${operand})` : String(operand);
}

function textsOfArgs(callee: string, args: Args): readonly string[] {
  const isElement = (name: string) =>
    ops.find(callee)?.parameters.some(parameter => parameter.name === name && parameter.kind === 'element');
  return Object.entries(args).flatMap(([name, arg]) =>
    arg === undefined ? [] : [`${name}: ${isElement(name) ? arg : textOfArg(arg)}`],
  );
}

function textOfArg(arg: Arg): string {
  if (typeof arg === 'string') return `"${arg}"`;
  if (typeof arg !== 'object') return String(arg);
  return isCall(arg) ? textOfCall(arg) : `[${arg.map(textOfArg).join(', ')}]`;
}
