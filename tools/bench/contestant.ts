/** What takes part in a comparison. */
export interface Contestant {
  /** Runs once and returns the output. */
  readonly run: () => Float32Array | Promise<Float32Array>;
  /** The bytes that must be downloaded to run the network: code, weights and, if there is one, the runtime. */
  readonly shippedBytes: number;
  /** The bytes of wasm memory after a run. */
  readonly memoryBytes: () => number;
  /** The time from the program (or, for the peer, the model) until it is ready to run. */
  readonly createMilliseconds: number;
}

/** Whom Tessera is compared with. */
export interface Peer {
  readonly name: string;
  readonly contestant: Contestant;
  /** Its output in our order, if it has another; not part of what is timed. */
  readonly arrange?: (output: Float32Array) => Float32Array;
}
