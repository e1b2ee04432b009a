/** Programs on chips against the oracle: the same text, elaborated, interpreted as it stands, and compiled through all stages. */
import type { StoredTensor } from '@tessera-dnn/formats';
import { interpretProgram, type Module, type TensorType } from '@tessera-dnn/graph';
import { elaborate, parse } from '@tessera-dnn/language';
import type { ManifestTensor } from '@tessera-dnn/machine';
import { ops } from '@tessera-dnn/ops';
import { type CompileOptions, compile } from '../../src/index.ts';
import { elementsAt, relativeError, sampleData } from './run-module.ts';

/** The largest error of any output of any program of `text`, relative to the output's largest number, on random data. */
export function errorAgainstOracle(text: string, options: CompileOptions): number {
  const source = { name: 'test.dnn', text };
  const module = elaborated(text);
  const variables = module.variables.map(({ type }, i) => sampleData(type, i + 5));
  const weights = new Map(module.variables.map(({ path, type }, i) => [path, stored(type, variables[i])]));
  const compiled = compile(source, { verify: true, ...options, weights });
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  const { bytes, manifest } = compiled.value;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const at = (tensor: ManifestTensor) =>
    elementsAt({ element: tensor.type }, exports['memory'] as WebAssembly.Memory, tensor.address, elementsOf(tensor));
  const errors = module.programs.flatMap(program => {
    const entry = manifest.programs[program.name];
    const inputs = Object.fromEntries(
      entry.inputs.map((tensor, i) => [tensor.name, sampleData(typeOf(tensor), 70 + i)]),
    );
    for (const tensor of entry.inputs) at(tensor).set(inputs[tensor.name]);
    (exports[program.name] as () => void)();
    const answers = interpretProgram(module, program, ops, { inputs, variables }).outputs;
    return entry.outputs.map(tensor => relativeError(at(tensor), answers[tensor.name].data));
  });
  return Math.max(...errors);
}

function elaborated(text: string): Module {
  const outcome = elaborate(parse({ name: 'test.dnn', text }).file, { table: ops });
  if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ message }) => message).join('\n'));
  return outcome.value;
}

function typeOf({ type, shape }: ManifestTensor): TensorType {
  return { element: type as TensorType['element'], shape };
}

function elementsOf({ shape }: ManifestTensor): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function stored({ element, shape }: TensorType, data: Float64Array): StoredTensor {
  if (element === 'i32') return { element, shape, data: Int32Array.from(data) };
  if (element === 'bool') return { element, shape, data: Uint8Array.from(data) };
  return { element: 'f32', shape, data: Float32Array.from(data) };
}
