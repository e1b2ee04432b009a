/** Several parts of a data set, as if they were run together. */
import type { Evaluation, EvaluationResult, EvaluationRun } from '@tessera-dnn/chip';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { succeeded } from '../session.ts';

/** Runs one evaluation after the other. Means are weighted by how many samples each has; what a signal kept from running has none. */
export async function runAll(
  evaluations: readonly Evaluation[],
  options: EvaluationRun,
): Promise<Outcome<EvaluationResult>> {
  const results: EvaluationResult[] = [];
  for (const evaluation of evaluations) {
    const ran = await evaluation.run(options);
    if (!ran.ok) return ran;
    results.push(ran.value);
  }
  return succeeded(results.reduce(together));
}

function together(a: EvaluationResult, b: EvaluationResult): EvaluationResult {
  const samples = a.samples + b.samples;
  const ran = [a, b].filter(part => part.samples > 0);
  const means = Object.keys(ran[0]?.means ?? {}).map(name => {
    return [name, ran.reduce((sum, part) => sum + part.means[name] * part.samples, 0) / samples] as const;
  });
  const rows = Object.entries(a.rows).map(([name, rows]) => [name, behind(rows, b.rows[name])] as const);
  return { samples, left: a.left + b.left, means: Object.fromEntries(means), rows: Object.fromEntries(rows) };
}

type Rows = EvaluationResult['rows'][string];

function behind(a: Rows, b: Rows): Rows {
  const data = new (a.data.constructor as new (length: number) => typeof a.data)(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { shape: [a.shape[0] + b.shape[0], ...a.shape.slice(1)], data };
}
