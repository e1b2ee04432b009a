/** The part of onnxruntime-web that the benchmark calls, declared here so that types can be checked where it is not installed. */

declare module 'onnxruntime-web/wasm' {
  type Data = Float32Array | Int32Array;

  export const env: { readonly wasm: { numThreads: number }; logLevel: 'error' };

  export class Tensor {
    constructor(type: 'float32' | 'int32', data: Data, shape: readonly number[] | undefined);
    readonly data: Data;
  }

  export interface InputMetadata {
    readonly name: string;
    readonly isTensor: boolean;
    readonly shape: readonly (number | string)[];
  }

  export const InferenceSession: {
    create(model: Uint8Array): Promise<{
      readonly inputMetadata: readonly InputMetadata[];
      readonly outputNames: readonly string[];
      run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
    }>;
  };
}
