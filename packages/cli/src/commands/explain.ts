/** `tessera explain`: says what a diagnostic means, with an example that causes it. */

import type { Explanation } from '@tessera-dnn/diagnostics';
import type { Command } from 'commander';
import { catalogue, explain } from '../explain/catalogue.ts';
import { type ExitCode, failed, type Session } from '../session.ts';
import { tableOf } from '../show/table.ts';
import { wrap } from '../show/wrap.ts';
import { suggest } from '../suggest.ts';

/** Adds the command `explain` to `program`. A code that does not exist ends with `no-such-code`. */
export function addExplain(program: Command, session: Session): void {
  program
    .command('explain')
    .summary('explain a diagnostic')
    .description('Explains a diagnostic by its code, the word in brackets; without one, lists all codes.')
    .argument('[code]', 'as in error[shape-mismatch]')
    .option('--json', 'as JSON')
    .action((code: string | undefined, { json }: { readonly json?: boolean }) => {
      session.exitCode = code === undefined ? list(session, json) : describe(session, code, json);
    });
}

function list(session: Session, json = false): ExitCode {
  if (json) session.printJson(catalogue);
  else {
    const rows = catalogue.map(({ code, title }) => [session.paint.bold(code), title]);
    session.print(tableOf([{ title: 'code' }, { title: '' }], rows, session.paint));
  }
  return 0;
}

function describe(session: Session, code: string, json = false): ExitCode {
  const explanation = explain(code);
  if (!explanation) {
    const names = catalogue.map(entry => entry.code);
    const help = suggest(code, names, '`tessera explain` lists them all');
    return session.fail(failed('no-such-code', `no diagnostic has the code ${code}`, help).diagnostics, json);
  }
  if (json) session.printJson(explanation);
  else session.print(textOf(explanation, session));
  return 0;
}

function textOf({ code, title, text, example }: Explanation, { paint, io }: Session): string {
  const paragraph = wrap(text, Math.min(io.out.columns, 90));
  const shown = example?.trimEnd().replace(/^(?=.)/gm, '  ');
  return `${paint.bold(code)}: ${title}\n\n${paragraph}${shown === undefined ? '' : `\n\n${paint.dim('For example:')}\n\n${shown}`}`;
}
