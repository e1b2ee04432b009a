/** Bytes that come one after the other. */

/** Weights on their way. */
export interface Arriving {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Their digest has been compared before. */
  readonly isChecked?: boolean;
  /** To be called when they have been taken, or when it is clear that they are of no use: decides whether they are kept. */
  readonly settle?: (isRight: boolean) => void;
}

/** So much is taken at a time of what is there at once. */
const pieceBytes = 2 ** 20;

/** By a reader, since not every browser's streams can be iterated. Where nobody wants the rest, it is not sent either. */
export async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* cut(value);
    }
  } finally {
    // Nobody waits for a server that stalls, nor asks why a stream that has failed cannot be left.
    reader.cancel().catch(() => {});
  }
}

/** Bytes that are there, a mebibyte at a time. */
export async function* cut(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
