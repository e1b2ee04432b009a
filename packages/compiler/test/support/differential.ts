/**
 * A text on a chip of many tiles against two independent answers: the graph's interpreter, one step, and the same text compiled for one
 * tile in strict math, several steps. Every program of the text starts from the same sample of its variables; its outputs and all
 * variables are compared.
 */
import type { StoredTensor } from '@tessera-dnn/formats';
import { elementCount, interpretProgram, type Module, type TensorType } from '@tessera-dnn/graph';
import { elaborate, parse } from '@tessera-dnn/language';
import { ops } from '@tessera-dnn/ops';
import { differentiate } from '@tessera-dnn/passes';
import { type CompileOptions, compile } from '../../src/index.ts';
import { elementsAt, relativeError, sampleData } from './run-module.ts';

/** By `program.output` and `program:variable`, after each step. */
type Answers = ReadonlyMap<string, ArrayLike<number>>;

const steps = 3;

/** Of a text: its module and the sample that all runs start from. */
interface Sample {
  readonly text: string;
  readonly module: Module;
  readonly variables: readonly Float64Array[];
}

/** What differs most from either answer, relative to the largest number of its tensor; 0 if nothing does. */
export function worstDifference(
  text: string,
  options: CompileOptions,
): { readonly error: number; readonly of: string } {
  const sample = sampleOf(text);
  const got = runAll(sample, options);
  let worst = { error: 0, of: 'nothing' };
  for (const wanted of [interpretAll(sample), runAll(sample, { math: 'strict' })]) {
    for (const [of, data] of wanted) {
      const error = relativeError(got.get(of) ?? [], data);
      if (!(error <= worst.error)) worst = { error, of };
    }
  }
  return worst;
}

function sampleOf(text: string): Sample {
  const outcome = elaborate(parse({ name: 'test.dnn', text }).file, { table: ops });
  if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ message }) => message).join('\n'));
  const module = differentiate.run(outcome.value, { table: ops, strict: true });
  return { text, module, variables: module.variables.map(({ type }, i) => sampleData(type, i + 5)) };
}

function inputsOf(module: Module, program: string): Record<string, Float64Array> {
  const graph = module.programs.find(({ name }) => name === program)?.graph;
  return Object.fromEntries(
    (graph?.inputs ?? []).map(({ name, value }, i) => [
      name,
      sampleData((graph as typeof graph & {}).nodes[value].type, 70 + i),
    ]),
  );
}

function interpretAll({ module, variables }: Sample): Answers {
  const answers = new Map<string, ArrayLike<number>>();
  for (const program of module.programs) {
    if (program.kind !== 'model' && program.kind !== 'train') continue;
    const { outputs, updates } = interpretProgram(module, program, ops, {
      inputs: inputsOf(module, program.name),
      variables,
    });
    for (const [name, { data }] of Object.entries(outputs)) answers.set(`0 ${program.name}.${name}`, data);
    module.variables.forEach(({ path }, id) => {
      const data = [...updates].find(([variable]) => variable === id)?.[1].data ?? variables[id];
      answers.set(`0 ${program.name}:${path}`, data);
    });
  }
  return answers;
}

function runAll({ text, module, variables }: Sample, options: CompileOptions): Answers {
  const weights = new Map(module.variables.map(({ path, type }, i) => [path, stored(type, variables[i])]));
  const compiled = compile({ name: 'test.dnn', text }, { verify: true, ...options, weights });
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  const { bytes, manifest } = compiled.value;
  const code = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  const answers = new Map<string, ArrayLike<number>>();
  for (const [name, entry] of Object.entries(manifest.programs)) {
    const { exports } = new WebAssembly.Instance(code);
    const memory = exports['memory'] as WebAssembly.Memory;
    const call = (called: string, ...args: number[]) => (exports[called] as (...args: number[]) => void)(...args);
    const inputs = inputsOf(module, name);
    for (let step = 0; step < steps; step++) {
      for (const { name: input, type, shape, address } of entry.inputs)
        elementsAt({ element: type }, memory, address, elementCount(shape)).set(inputs[input]);
      call(name);
      for (const { name: output, type, shape, address } of entry.outputs) {
        const elements = elementsAt({ element: type }, memory, address, elementCount(shape));
        answers.set(`${step} ${name}.${output}`, [...elements]);
      }
      manifest.variables.forEach(({ path, type, shape }, id) => {
        call('read', id);
        const elements = elementsAt({ element: type }, memory, manifest.memory.host.transfer, elementCount(shape));
        answers.set(`${step} ${name}:${path}`, [...elements]);
      });
    }
  }
  return answers;
}

function stored({ element, shape }: TensorType, data: Float64Array): StoredTensor {
  if (element === 'i32') return { element, shape, data: Int32Array.from(data) };
  if (element === 'bool') return { element, shape, data: Uint8Array.from(data) };
  return { element: 'f32', shape, data: Float32Array.from(data) };
}
