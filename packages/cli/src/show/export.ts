/** What an export tells: what the model is made of. */
import { type Declared, type Exported, sizeOf } from '@tessera-dnn/onnx/export';
import { counted, grouped } from './numbers.ts';

/** The summary as lines. */
export function exportText(file: string, { pieces, opset, inputs, outputs, operators, weights }: Exported): string {
  const nodes = [...operators.values()].reduce((sum, count) => sum + count, 0);
  const byCount = [...operators].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
  return [
    `wrote ${file}: ${grouped(sizeOf(pieces))} bytes, opset ${opset}, ${grouped(weights)} weights`,
    `  ${counted(nodes, 'node')}: ${byCount.join(', ')}`,
    `  inputs ${declared(inputs)}; outputs ${declared(outputs)}`,
  ].join('\n');
}

function declared(tensors: readonly Declared[]): string {
  return tensors.map(({ name, type: { element, shape } }) => `${name}: ${element}[${shape.join(', ')}]`).join(', ');
}
