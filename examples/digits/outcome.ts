import { type Outcome, render } from '@tessera-dnn/diagnostics';

/**
 * The value of an outcome. Tessera does not throw when its user has made a mistake: it returns diagnostics, which this prints before it
 * ends the process.
 */
export function orQuit<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  for (const diagnostic of outcome.diagnostics) console.error(render(diagnostic));
  process.exit(1);
}
