/** What an import tells: what the model is, and what became of it. */
import type { Imported, ImportSummary } from '@tessera-dnn/onnx';
import { counted } from './numbers.ts';

/** The summary as lines. */
export function importText(
  file: string,
  files: readonly string[],
  { inputs, outputs }: Imported,
  summary: ImportSummary,
): string {
  const { opset, producer, bound, operators, folded, renamed } = summary;
  const nodes = [...operators.values()].reduce((sum, count) => sum + count, 0);
  const byCount = [...operators].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
  return [
    `${file}: opset ${opset}${producer === '' ? '' : `, written by ${producer}`}`,
    `  ${counted(nodes, 'node')}, ${folded} of them computed: ${byCount.join(', ')}`,
    ...bound.map(({ name, extent }) => `  ${name} is ${extent}`),
    ...renamed.map(({ name, original }) => `  ${JSON.stringify(original)} is called ${name}`),
    `  inputs ${inputs.map(({ name }) => name).join(', ')}; outputs ${outputs.map(({ name }) => name).join(', ')}`,
    `wrote ${files.join(' and ')}`,
  ].join('\n');
}
