/** Bytes through a stream that compresses them, or undoes that. */

/** Rejects with a `TypeError` for bytes that are not compressed, where they should be. */
export async function through(
  { readable, writable }: CompressionStream | DecompressionStream,
  pieces: readonly Uint8Array<ArrayBuffer>[],
): Promise<Uint8Array<ArrayBuffer>> {
  const written = new Blob([...pieces]).stream().pipeTo(writable);
  const [buffer] = await Promise.all([new Response(readable).arrayBuffer(), written]);
  return new Uint8Array(buffer);
}
