/** What TypeScript may know of an artifact: `tessera compile --types` and the plugins of bundlers write it. Types only. */
import type { ManifestProgram, ManifestTensor } from '@tessera-dnn/machine';
import type { Picture, TensorData } from './tensor-data.ts';

/** The arrays of a program's inputs and outputs by name. */
export interface ProgramSignature {
  readonly inputs: { readonly [name: string]: TensorData };
  readonly outputs: { readonly [name: string]: TensorData };
}

/** The programs of an artifact by name, and its variables by path. */
export interface Signature {
  readonly programs: { readonly [name: string]: ProgramSignature };
  readonly variables: { readonly [path: string]: TensorData };
}

/** What may be given for a tensor that holds `Data`: `TensorInput`, as far as it fits. */
export type GivenFor<Data extends TensorData> =
  | number
  | Elements<Data>
  | { readonly shape: readonly number[]; readonly data: Elements<Data> }
  | (Data extends Uint8Array ? Picture : never);

/** A canvas has its bytes in an array of their own. */
type Elements<Data extends TensorData> = Data extends Uint8Array ? Data | Uint8ClampedArray : Data;

/** What `run` takes of the program; inputs that are not given keep their values. */
export type InputsOf<S extends Signature, Program extends keyof S['programs']> = {
  readonly [Name in keyof S['programs'][Program]['inputs']]?: GivenFor<S['programs'][Program]['inputs'][Name]>;
};

/** What it gives. */
export type OutputsOf<S extends Signature, Program extends keyof S['programs']> = S['programs'][Program]['outputs'];

/** The programs as the manifest has them, with their tensors by name. */
export type ProgramsOf<S extends Signature> = {
  readonly [Program in keyof S['programs']]: Omit<ManifestProgram, 'inputs' | 'outputs'> & {
    readonly inputs: TensorsOf<S['programs'][Program]['inputs']>;
    readonly outputs: TensorsOf<S['programs'][Program]['outputs']>;
  };
};

/** In the order of the program, which types of objects do not have: each may be any of them. */
type TensorsOf<Arrays extends { readonly [name: string]: TensorData }> = readonly {
  readonly [Name in keyof Arrays]: ManifestTensor & { readonly type: ElementOf<Arrays[Name]> };
}[keyof Arrays][];

/** The element types that arrays of this class hold. */
type ElementOf<Data extends TensorData> = Data extends Float32Array
  ? 'f32' | 'f16' | 'bf16'
  : Data extends Int32Array
    ? 'i32'
    : Data extends Int8Array
      ? 'i8'
      : 'u8' | 'bool';
