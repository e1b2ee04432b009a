/** `tessera ops`: lists the built-in operations, or describes one with an example. */
import { type Operation, operations } from '@tessera-dnn/compiler/planning';
import { describedOperators, importedOperators } from '@tessera-dnn/onnx';
import { microsoftOperators } from '@tessera-dnn/onnx/microsoft';
import type { Command } from 'commander';
import { type ExitCode, failed, type Session } from '../session.ts';
import { tableOf } from '../show/table.ts';
import { suggest } from '../suggest.ts';

/** Adds the command `ops` to `program`. A name that does not exist ends with `no-such-op`. */
export function addOps(program: Command, session: Session): void {
  program
    .command('ops')
    .summary('list the built-in operations, or describe one')
    .description('Lists the built-in operations; with a name, describes one and shows an example.')
    .argument('[name]', 'an operation, by name or operator')
    .option('--onnx', 'the operators of ONNX that are imported')
    .option('--json', 'as JSON')
    .action((name: string | undefined, { json, onnx }: { readonly json?: boolean; readonly onnx?: boolean }) => {
      if (onnx) session.exitCode = listOnnx(session, json);
      else session.exitCode = name === undefined ? list(session, json) : describe(session, name, json);
    });
}

function list(session: Session, json = false): ExitCode {
  if (json) {
    session.printJson(operations);
    return 0;
  }
  const { paint } = session;
  const rows = operations.map(op => [paint.bold(op.name), op.symbol ?? '', op.doc.summary]);
  session.print(tableOf([{ title: 'name' }, { title: '' }, { title: '' }], rows, paint));
  return 0;
}

/** With the versions since which an operator means something else. */
function listOnnx(session: Session, json = false): ExitCode {
  const all = [...importedOperators, ...describedOperators(microsoftOperators)];
  if (json) session.printJson(all);
  else {
    const rows = all.map(({ name, domain, since }) => [name, domain, since.join(', ')]);
    session.print(tableOf([{ title: 'operator' }, { title: 'domain' }, { title: 'since' }], rows, session.paint));
  }
  return 0;
}

function describe(session: Session, name: string, json = false): ExitCode {
  const operation = operations.find(op => op.name === name || op.symbol === name);
  if (!operation) {
    const names = operations.map(op => op.name);
    const help = suggest(name, names, '`tessera ops` lists them all');
    return session.fail(failed('no-such-op', `there is no operation called ${name}`, help).diagnostics, json);
  }
  if (json) session.printJson(operation);
  else session.print(textOf(operation, session));
  return 0;
}

function textOf(operation: Operation, { paint }: Session): string {
  const { name, symbol, doc } = operation;
  const operator = symbol === undefined ? '' : paint.dim(`, written ${symbol}`);
  const example = doc.example.trimEnd().replace(/^(?=.)/gm, '  ');
  return `${paint.bold(signatureOf(operation))}${operator}\n  ${doc.summary}\n\n${paint.dim(`An example of ${name}:`)}\n\n${example}`;
}

/** `conv(x, weight, stride = 1)`. */
function signatureOf({ name, parameters }: Operation): string {
  const written = parameters.map(parameter => {
    if (parameter.default === undefined) return parameter.name;
    return parameter.default === null
      ? `[${parameter.name}]`
      : `${parameter.name} = ${JSON.stringify(parameter.default)}`;
  });
  return `${name}(${written.join(', ')})`;
}
