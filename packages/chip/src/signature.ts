/** What TypeScript may know of an artifact: `tessera compile --types` and the plugins of bundlers write it. Types only. */
import type { ManifestProgram } from '@tessera-dnn/machine';
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

/** The programs as the manifest has them. */
export type ProgramsOf<S extends Signature> = { readonly [Program in keyof S['programs']]: ManifestProgram };
