/**
 * ONNX's own cases of QuantizeLinear, DequantizeLinear, ConvInteger, MatMulInteger, QLinearMatMul and QLinearConv, to the bit. Their data,
 * from the node tests of ONNX 1.12 (Debian's package libonnx-testdata), stand in `cases.json`, converted from protobuf; each is computed by
 * the model of its name in `cases.dnn`.
 */
import { readFileSync } from 'node:fs';
import type { ElementType } from '@tessera-dnn/graph';
import { describe, expect, it } from 'vitest';
import { compile } from '../src/index.ts';
import { chipOf, elementsAt } from './support/run-module.ts';
import { unwrap } from './support/torch.ts';

interface Given {
  readonly element: ElementType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly inputs: Readonly<Record<string, Given>>;
  readonly output: Given;
}

const fixture = (name: string): string => readFileSync(new URL(`./fixtures/onnx/${name}`, import.meta.url), 'utf8');
const cases: Readonly<Record<string, Case>> = JSON.parse(fixture('cases.json'));
const source = { name: 'cases.dnn', text: fixture('cases.dnn') };

describe.each([1, 16, 61])('on %i tiles', tiles => {
  describe.each(['strict', 'fast'] as const)('%s', math => {
    const { bytes, manifest } = unwrap(compile(source, { chip: chipOf(tiles), math, verify: true }));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    const memory = exports['memory'] as WebAssembly.Memory;

    it.each(Object.keys(cases))('%s', name => {
      const { inputs, output } = cases[name];
      const program = manifest.programs[name];
      for (const { name: input, type, address } of program.inputs) {
        const { element, data } = inputs[input];
        expect(type).toBe(element);
        elementsAt({ element }, memory, address, data.length).set(data);
      }
      (exports[name] as () => void)();
      const [{ type, shape, address }] = program.outputs;
      expect({ element: type, shape }).toEqual({ element: output.element, shape: output.shape });
      expect([...elementsAt({ element: type }, memory, address, output.data.length)]).toEqual(output.data);
    });
  });
});
