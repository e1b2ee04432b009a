import { type Outcome, render } from '@tessera/diagnostics';

/** Nothing of Tessera throws for a mistake of its user: it says what is wrong. */
export function orQuit<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  for (const diagnostic of outcome.diagnostics) console.error(render(diagnostic));
  process.exit(1);
}
