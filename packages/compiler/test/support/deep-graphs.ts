/**
 * Compiles the graphs that come in as JSON, and prints what each came to. Run with little stack: whatever recurses along a graph ends
 * in a `RangeError` here.
 */
import { readFileSync } from 'node:fs';
import { tinyChip } from '@tessera-dnn/machine';
import { compile } from '../../src/index.ts';

export interface DeepGraph {
  readonly name: string;
  /** Changes `y: f32[8, 8]` or `row: f32[8]`, which is multiplied with `y` in the end. */
  readonly loop: string;
  readonly tiles: number;
}

function outcome({ loop, tiles }: DeepGraph): string {
  const text = `block deep(x) {
      param weight: f32[8, 8] = ones
      var y = weight
      var row = x[0]
      ${loop}
      return y[0:8] * reshape(row, [8, 1]) @ x
    }
    model net(x: f32[8, 8]) { return deep(x) as deep }
    train fit(x: f32[8, 8]) {
      let loss = mean(net(x) ** 2)
      minimize loss using sgd(rate: 0.1)
      return { loss }
    }`;
  const chip = tiles > 1 ? { ...tinyChip, tiles, sramBytes: 1 << 24 } : undefined;
  try {
    const compiled = compile({ name: 'net.dnn', text }, { chip });
    return compiled.ok ? 'compiled' : compiled.diagnostics.map(({ message }) => message).join('\n');
  } catch (thrown) {
    return String(thrown);
  }
}

const graphs = JSON.parse(readFileSync(0, 'utf8')) as readonly DeepGraph[];
for (const graph of graphs) console.log(`${graph.name}: ${outcome(graph)}`);
