/** Writes descriptions as text of the language. */
import { showType } from '@tessera-dnn/graph';
import { ops } from '@tessera-dnn/ops';
import {
  type Arg,
  type Args,
  type Body,
  type Call,
  type FileDescription,
  indexing,
  isCall,
  type Operand,
  type Statement,
} from './program.ts';

export function textOf({ bodies }: FileDescription): string {
  return bodies.map(textOfBody).join('\n');
}

export function textOfBody({ kind, name, inputs, variables, statements, outputs }: Body): string {
  const parameters = inputs.map(input => (kind === 'block' ? input.name : `${input.name}: ${showType(input.type)}`));
  const lines = [
    ...variables.map(variable => `${variable.kind} ${variable.name}: ${showType(variable.type)} = ${variable.first}`),
    ...statements.map(textOfStatement),
    outputs.length === 1 && kind !== 'train' ? `return ${outputs[0]}` : `return { ${outputs.join(', ')} }`,
  ];
  return `${kind} ${name}(${parameters.join(', ')}) {\n${lines.map(line => `  ${line}\n`).join('')}}\n`;
}

function textOfStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'let':
      return `let ${statement.name} = ${textOfCall(statement.call)}`;
    case 'assign':
      return `${statement.variable} := ${statement.value}`;
    case 'minimize': {
      const { loss, optimiser, only, clip, accumulate } = statement;
      const clauses = [
        only && ` for ${textOfArg(only)}`,
        clip !== undefined && ` clip ${clip}`,
        accumulate !== undefined && ` accumulate ${accumulate}`,
      ];
      return `minimize ${loss} using ${textOfCall(optimiser)}${clauses.filter(Boolean).join('')}`;
    }
  }
}

export function textOfCall({ callee, operands, args, label }: Call): string {
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
  return `${callee}(${given.join(', ')})${label === undefined ? '' : ` as ${label}`}`;
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
