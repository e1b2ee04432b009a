/** All bits that a text's programs leave, run one after the other on the same inputs, under different options. */
import type { ManifestTensor } from '@tessera-dnn/machine';
import { type CompileOptions, compile } from '../../src/index.ts';
import { elementsAt, sampleData } from './run-module.ts';
import { unwrap } from './torch.ts';

/** By output and by variable, its bytes; NaNs alike, as WebAssembly leaves open which of them comes out. */
export type Bits = ReadonlyMap<string, readonly number[]>;

/** In strict math, verified. Every program runs twice, each time on inputs of its own. Undefined where the text does not fit the chip. */
export function bitsOf(text: string, options: CompileOptions): Bits | undefined {
  const compiled = compile({ name: 'bits.dnn', text }, { verify: true, ...options, math: 'strict' });
  if (!compiled.ok && compiled.diagnostics.some(({ code }) => code === 'does-not-fit')) return undefined;
  const { bytes, manifest } = unwrap(compiled);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const memory = exports['memory'] as WebAssembly.Memory;
  const call = (name: string, ...args: number[]) => (exports[name] as (...args: number[]) => void)(...args);
  const bits = new Map<string, readonly number[]>();
  call('init', 1);
  for (const [name, { inputs, outputs }] of Object.entries(manifest.programs)) {
    for (const round of [1, 2]) {
      inputs.forEach((input, i) => {
        viewOf(memory, input).set(sampleData({ element: input.type, shape: input.shape }, 16 * round + i));
      });
      call(name);
      for (const output of outputs) bits.set(`${name} ${round} ${output.name}`, bytesOf(viewOf(memory, output)));
    }
  }
  for (const { path, index, shape, type } of manifest.variables) {
    call('read', index);
    const count = shape.reduce((product, extent) => product * extent, 1);
    bits.set(path, bytesOf(elementsAt({ element: type }, memory, manifest.memory.host.transfer, count)));
  }
  return bits;
}

/** The first output or variable in which they differ. */
export function difference(a: Bits, b: Bits): string | undefined {
  for (const [name, bytes] of a) {
    const others = b.get(name) ?? [];
    if (bytes.length !== others.length || bytes.some((byte, i) => byte !== others[i])) return name;
  }
  return undefined;
}

function viewOf(memory: WebAssembly.Memory, { type, address, shape }: ManifestTensor) {
  return elementsAt(
    { element: type },
    memory,
    address,
    shape.reduce((product, extent) => product * extent, 1),
  );
}

function bytesOf(elements: ArrayBufferView & ArrayLike<number>): readonly number[] {
  const plain = elements instanceof Float32Array ? elements.map(x => (Number.isNaN(x) ? Number.NaN : x)) : elements;
  return [...new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength)];
}
