/**
 * A network that is quantised computes in 8 bits: between its input and its last layer nothing is stored in more. What it gives is what the
 * oracle gives, which computes the text as it is written, but for a level here and there; on any number of tiles it is the same.
 */
import { readFileSync } from 'node:fs';
import type { StoredTensor } from '@tessera-dnn/formats';
import { elementCount, type Graph, interpretProgram, type Module } from '@tessera-dnn/graph';
import { elaborate, parse } from '@tessera-dnn/language';
import { ops } from '@tessera-dnn/ops';
import { describe, expect, it } from 'vitest';
import { compile, frontEnd } from '../../src/index.ts';
import { chipOf, elementsAt, sampleValues } from '../support/run-module.ts';
import { unwrap } from '../support/torch.ts';

const maths = ['strict', 'fast'] as const;

const networks = {
  residual: `
    block unit(x, channels, stride = 1) {
      let y = x
        |> conv2d(channels, kernel: 3, stride: stride, padding: 1, bias: false, weights: i8) as a |> batch_norm as an |> relu |> quantized as aq
        |> conv2d(channels, kernel: 3, padding: 1, bias: false, weights: i8) as b |> batch_norm as bn |> quantized as bq
      let shortcut = if stride == 1 { x } else {
        x |> conv2d(channels, kernel: 1, stride: stride, bias: false, weights: i8) as p |> batch_norm as pn |> quantized as pq
      }
      return relu(y + shortcut) |> quantized as q
    }
    model net(x: f32[1, 3, 12, 12]) {
      let last = x |> quantized as xq
        |> conv2d(8, kernel: 3, padding: 1, weights: i8) as stem |> batch_norm as sn |> relu |> quantized as sq
        |> unit(8) as u |> unit(12, stride: 2) as v |> global_avg_pool |> quantized as pooled
      return { last: last / 0.01, scores: last |> dense(5, weights: i8) as fc }
    }`,
  inverted: `
    block unit(x, expand, channels) {
      return x
        |> conv2d(expand, kernel: 1, bias: false, weights: i8) as a |> batch_norm as an |> relu |> minimum(6.0) |> quantized(type: u8) as aq
        |> depthwise_conv2d(kernel: 3, padding: 1, bias: false, weights: i8) as d |> batch_norm as dn |> relu |> minimum(6.0) |> quantized(type: u8) as dq
        |> conv2d(channels, kernel: 1, bias: false, weights: i8) as p |> batch_norm as pn |> quantized as pq
    }
    model net(x: f32[2, 3, 8, 8]) {
      let a = x |> quantized(zero: 3) as xq
        |> conv2d(6, kernel: 3, padding: 1, stride: 2, weights: i8) as stem |> hard_swish |> quantized(zero: -5) as sq
      let b = unit(a, 10, 6) as u
      let last = quantized(a + b) as s |> unit(9, 7) as v |> avg_pool(2) |> quantized as pooled
      return { last: last / 0.01, scores: last |> flatten |> dense(4, weights: i8) as fc }
    }`,
  keywords: `
    block separable(x) {
      return x
        |> depthwise_conv2d(kernel: 3, padding: 1, weights: i8) as d |> relu |> quantized(zero: -128) as dq
        |> conv2d(8, kernel: 1, weights: i8) as p |> batch_norm as n |> relu |> quantized(type: u8) as pq
    }
    model net(x: f32[1, 1, 10, 7]) {
      let last = x |> quantized(type: u8, zero: 128) as xq
        |> conv2d(8, kernel: [5, 3], stride: 2, padding: 1, weights: i8) as stem |> relu |> quantized(zero: -128) as sq
        |> separable as a |> separable as b |> max_pool(2) |> mean(axis: [2, 3]) |> quantized as pooled
      return { last: last / 0.01, scores: last |> dense(6, weights: i8) as fc }
    }`,
};

/** What is computed of the inputs and stored wider than 8 bits, but for outputs and what these alone are made of. */
function storedWide({ nodes, outputs }: Graph): readonly string[] {
  const moves: boolean[] = [];
  for (const { kind, operands } of nodes) moves.push(kind === 'input' || operands.some(operand => moves[operand]));
  const given = new Set<number>(outputs.map(({ value }) => value));
  return nodes.flatMap(({ kind, op, type: { element, shape } }, id) => {
    const narrow = element === 'i8' || element === 'u8';
    return !moves[id] || kind === 'input' || narrow || given.has(id) ? [] : [`${op}: ${element}[${shape.join(', ')}]`];
  });
}

function graphOf(
  text: string,
  name: string,
  math: 'fast' | 'strict',
  set: Readonly<Record<string, string>> = {},
): Graph {
  const module = unwrap(frontEnd({ name: 'test.dnn', text }, { programs: [name], math, set, verify: true }));
  return module.programs.find(program => program.name === name)!.graph;
}

describe.each(maths)('%s: nothing is stored in more than 8 bits', math => {
  it.each<[name: string, wide: readonly string[], set?: Readonly<Record<string, string>>]>([
    // The logits in front of a softmax.
    ['ds_cnn', ['matmul: f32[1, 12]']],
    ['resnet8', []],
    ['autoencoder', []],
    ['mobilenet_v1', [], { width: '8', size: '96', classes: '2' }],
    ['mobilenet_v2', []],
  ])('%s', (name, wide, set) => {
    const text = readFileSync(new URL(`golden/${name}.dnn`, import.meta.url), 'utf8');
    expect(storedWide(graphOf(text, name, math, set))).toEqual(wide);
  });

  it.each(Object.entries(networks))('%s', (_name, text) => {
    expect(storedWide(graphOf(text, 'net', math))).toEqual([]);
  });
});

it('what several elementwise operations read is dequantised by each of them', () => {
  const text = `
    model net(x: f32[1, 8, 8, 8]) {
      let a = x |> quantized as xq |> max_pool(2)
      let b = a |> conv2d(8, kernel: 3, padding: 1, weights: i8) as c |> relu |> quantized as bq
      return {
        product: quantized(b * a) as pq |> conv2d(8, kernel: 1, weights: i8) as e,
        exponential: quantized(exp(a)) as eq |> conv2d(8, kernel: 1, weights: i8) as d
      }
    }`;
  for (const math of maths) expect(storedWide(graphOf(text, 'net', math))).toEqual([]);
});

/** Between which numbers the values of a variable are drawn, by its name. */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  weight_scale: [0.002, 0.004],
  scale: [0.03, 0.06],
  running_var: [0.5, 1.5],
  running_mean: [-0.2, 0.2],
  bias: [-0.5, 0.5],
};

function valuesOf(module: Module): readonly Float64Array[] {
  return module.variables.map(({ path, type }, id) => {
    const own = ranges[path.slice(path.lastIndexOf('.') + 1)];
    return sampleValues(type, type.element === 'i8' ? [-127, 127] : (own ?? [0.5, 1.5]), id + 7);
  });
}

describe.each(Object.entries(networks))('%s', (_name, text) => {
  const source = { name: 'test.dnn', text };
  const written = unwrap(elaborate(parse(source).file, { table: ops }));
  const values = valuesOf(written);
  const { graph } = written.programs[0];
  const x = sampleValues(graph.nodes[graph.inputs[0].value].type, [-2, 2], 3);
  const { outputs } = interpretProgram(written, written.programs[0], ops, { inputs: { x }, variables: values });
  const weights = new Map(
    written.variables.map(({ path, type: { element, shape } }, id): [string, StoredTensor] => {
      const data = element === 'i8' ? Int8Array.from(values[id]) : Float32Array.from(values[id]);
      return [path, { element: element === 'i8' ? 'i8' : 'f32', shape, data } as StoredTensor];
    }),
  );
  const answers = (tiles: number, math: 'fast' | 'strict'): Record<string, readonly number[]> => {
    const { bytes, manifest } = unwrap(compile(source, { chip: chipOf(tiles), math, weights, verify: true }));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    const memory = exports['memory'] as WebAssembly.Memory;
    const [input] = manifest.programs['net'].inputs;
    elementsAt({ element: input.type }, memory, input.address, x.length).set(x);
    (exports['init'] as ((seed: number) => void) | undefined)?.(1);
    (exports['net'] as () => void)();
    return Object.fromEntries(
      manifest.programs['net'].outputs.map(({ name, type, shape, address }) => [
        name,
        [...elementsAt({ element: type }, memory, address, elementCount(shape))],
      ]),
    );
  };

  describe.each(maths)('%s', math => {
    const one = answers(1, math);

    it('is what the oracle says, but for a level', () => {
      const scale = values[written.variables.findIndex(({ path }) => path.endsWith('pooled.scale'))][0];
      const level = scale / 0.01;
      expect(Math.max(...one['last'].map(Math.abs))).toBeGreaterThan(5 * level);
      one['last'].forEach((got, i) => {
        expect(Math.abs(got - outputs['last'].data[i]), `element ${i}`).toBeLessThan(1.01 * level);
      });
      const greatest = Math.max(...outputs['scores'].data.map(Math.abs));
      one['scores'].forEach((got, i) => {
        expect(Math.abs(got - outputs['scores'].data[i]), `score ${i}`).toBeLessThan(0.02 * greatest);
      });
    });

    it.each([16, 61])('is the same on %i tiles', tiles => {
      expect(answers(tiles, math)).toEqual(one);
    });
  });
});
