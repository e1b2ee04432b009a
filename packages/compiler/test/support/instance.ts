/** A text as a running program on `host`, with its variables within reach; by nothing but the WebAssembly API. */
import { elementCount } from '@tessera-dnn/graph';
import { type CompileOptions, compile } from '../../src/index.ts';
import { elementsAt } from './run-module.ts';

export interface Instance {
  readonly run: (program: string, inputs?: Readonly<Record<string, readonly number[]>>) => Record<string, Float32Array>;
  readonly read: (path: string) => Float32Array;
  readonly write: (path: string, values: readonly number[]) => void;
}

/** All outputs, and all variables that are read or written, are `f32`. */
export function instanceOf(text: string, math: 'fast' | 'strict', seed = 1, options: CompileOptions = {}): Instance {
  const compiled = compile({ name: 'test.dnn', text }, { ...options, math });
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  const { bytes, manifest } = compiled.value;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const memory = exports['memory'] as WebAssembly.Memory;
  const call = (name: string, ...args: number[]) => (exports[name] as (...args: number[]) => void)(...args);
  const place = (path: string) => {
    const variable = manifest.variables.find(candidate => candidate.path === path);
    if (variable === undefined) throw new Error(`there is no variable ${path}`);
    const count = elementCount(variable.shape);
    return { index: variable.index, data: new Float32Array(memory.buffer, manifest.memory.host.transfer, count) };
  };
  call('init', seed);
  return {
    run: (program, inputs = {}) => {
      const entry = manifest.programs[program];
      for (const { name, type, address, shape } of entry.inputs) {
        elementsAt({ element: type }, memory, address, elementCount(shape)).set(inputs[name]);
      }
      call(program);
      return Object.fromEntries(
        entry.outputs.map(({ name, address, shape }) => [
          name,
          new Float32Array(memory.buffer, address, elementCount(shape)).slice(),
        ]),
      );
    },
    read: path => {
      const { index, data } = place(path);
      call('read', index);
      return data.slice();
    },
    write: (path, values) => {
      const { index, data } = place(path);
      data.set(values);
      call('write', index);
    },
  };
}
