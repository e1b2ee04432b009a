/** What `tessera why` says about variants of kernels: which one an operation took, and what the others would have cost. */
import { type Plan, type VariantChoice, variantChoices } from '@tessera-dnn/compiler';
import type { Paint } from '../session.ts';
import { counted, grouped } from './numbers.ts';
import { tableOf } from './table.ts';

/** A line about the operations that are computed by another algorithm than the plain sum; empty if there are none. */
export function algorithmsLine({ decisions }: Plan): string {
  const counts = new Map<string, number>();
  for (const { algorithm } of variantChoices(decisions)) {
    if (algorithm !== undefined) counts.set(algorithm, (counts.get(algorithm) ?? 0) + 1);
  }
  return [...counts]
    .map(
      ([algorithm, count]) => `${counted(count, 'operation')} computed by ${algorithm} (\`--no-variant ${algorithm}\`)`,
    )
    .join('\n');
}

const columns = [
  { title: 'cycles', align: 'right' },
  { title: 'scratch', align: 'right' },
  { title: 'variant' },
  { title: '' },
] as const;

/** For each operation its variants with what they cost, the one that it took marked; operations alike in all that are listed together. */
export function variantsText(choices: readonly VariantChoice[], paint: Paint): string {
  const alike = new Map<string, VariantChoice[]>();
  for (const choice of choices) {
    const key = JSON.stringify([choice.variant, choice.costs]);
    alike.set(key, [...(alike.get(key) ?? []), choice]);
  }
  return [...alike.values()]
    .map(group => {
      const [{ variant, costs }] = group;
      const names = [...new Set(group.map(({ name }) => paint.bold(name)))].join(', ');
      const rows = costs.map(({ name, cycles, scratchBytes }) => [
        grouped(cycles),
        scratchBytes > 0 ? grouped(scratchBytes) : '',
        name,
        name === variant ? paint.dim('taken') : '',
      ]);
      return `${names}\n\n${tableOf(columns, rows, paint)}`;
    })
    .join('\n\n');
}
