/** The parts of LiteRT.js and of flatbuffers that the benchmark calls, declared here so that types can be checked where they are not installed. */

declare module '@litertjs/core' {
  export class Tensor {
    constructor(data: Float32Array, shape: readonly number[]);
    toTypedArray(): Float32Array;
    delete(): void;
  }

  export function loadLiteRt(folder: string, options: { readonly threads: boolean }): Promise<unknown>;

  export function loadAndCompile(
    model: Uint8Array,
    options: { readonly accelerator: 'wasm'; readonly cpuOptions: { readonly numThreads: number } },
  ): Promise<{ run(inputs: readonly Tensor[]): Promise<readonly Tensor[]> }>;
}

declare module 'flatbuffers' {
  export class Builder {
    constructor(bytes: number);
    prep(size: number, additional: number): void;
    startVector(elementBytes: number, length: number, alignment: number): void;
    endVector(): number;
    createByteVector(bytes: Uint8Array): number;
    createString(text: string): number;
    startObject(fields: number): void;
    endObject(): number;
    addInt32(value: number): void;
    addFloat32(value: number): void;
    addInt64(value: bigint): void;
    addOffset(offset: number): void;
    addFieldInt8(slot: number, value: number, fallback: number): void;
    addFieldInt32(slot: number, value: number, fallback: number): void;
    addFieldFloat32(slot: number, value: number, fallback: number): void;
    addFieldOffset(slot: number, offset: number, fallback: number): void;
    finish(root: number, identifier: string): void;
    asUint8Array(): Uint8Array;
  }
}
