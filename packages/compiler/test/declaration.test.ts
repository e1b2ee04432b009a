/** What TypeScript is told of an artifact. That it accepts it is tested with the plugin for bundlers. */
import { expect, it } from 'vitest';
import { compile, declarationOf } from '../src/index.ts';

it('names programs, inputs, outputs and variables, with their arrays and shapes', () => {
  const text = `model m[n = 2](x: f32[n, 4], mask: bool[n]) -> f32[n, 3] {
  x |> dense(3) as fc |> softmax
}
`;
  const compiled = compile({ name: 'net.dnn', text }, { math: 'strict' });
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  const declaration = declarationOf(compiled.value.manifest).replace(/of [\d,]+ modelled/, 'of 99 modelled');
  expect(declaration).toBe(`// Made by Tessera of net.dnn.
import type { Net } from '@tessera-dnn/chip';

declare const net: Net<{
  programs: {
    /** A model of 99 modelled cycles. */
    m: {
      inputs: {
        /** f32[2, 4] */
        x: Float32Array;
        /** bool[2] */
        mask: Uint8Array;
      };
      outputs: {
        /** f32[2, 3] */
        output: Float32Array;
      };
    };
  };
  variables: {
    /** param f32[3, 4] */
    'fc.weight': Float32Array;
    /** param f32[3] */
    'fc.bias': Float32Array;
  };
}>;
export default net;
`);
});
