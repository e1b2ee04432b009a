/**
 * Weights beside an artifact, while they arrive: each tensor is handed to the chip as soon as it is whole, so that no more than one of them is in memory besides,
 * and the page goes on in between.
 */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { type Manifest, type ManifestVariable, Sha256 } from '@tessera-dnn/machine';
import type { Chip } from '../chip.ts';
import { reasonOf } from '../foreign.ts';
import { failed, succeeded } from '../outcome.ts';
import { pauses } from '../pause.ts';
import type { TensorData } from '../tensor-data.ts';
import type { Weights } from '../variables.ts';
import { arriving, type WeightsSource } from './arriving.ts';
import { badWeights, type Entry, entriesOf, headerLength, lengthBytes } from './header.ts';
import { matched, valuesOf, wrong } from './match.ts';
import type { Arriving } from './pieces.ts';

/** How much has arrived. */
export interface WeightsProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

/** How a chip begins. */
interface Beginning {
  readonly seed?: number;
  readonly weights?: Weights;
  readonly weightsFrom?: WeightsSource;
  readonly onProgress?: (progress: WeightsProgress) => void;
}

/** Who takes the weights. */
interface Taker extends Pick<Beginning, 'onProgress'> {
  /** Called before the first of them with the paths of all variables that will get one. */
  readonly begin: (paths: ReadonlySet<string>) => Outcome<void>;
  readonly take: (path: string, values: TensorData) => Outcome<void>;
}

/**
 * Takes weights into the variables of a chip as they arrive, and gives the others their first values. `unreadable-weights`, `bad-weights`, `wrong-weights`, and
 * what the chip says. Never rejects. After a failure some variables have new values.
 */
export async function takeWeights(chip: Chip, beginning: Beginning): Promise<Outcome<void>> {
  const { manifest } = chip;
  const { seed, weights, weightsFrom, onProgress } = beginning;
  const begin = (paths: ReadonlySet<string>) => chip.begin(seed, weights, paths);
  const taker = { begin, take: chip.writeVariable, onProgress };
  try {
    const arrived = await arriving(weightsFrom as WeightsSource, manifest.weights?.sha256);
    if (!arrived.ok) return arrived;
    return await takeAll(arrived.value, manifest, taker);
  } catch (error) {
    return failed('unreadable-weights', `the weights cannot be read: ${reasonOf(error)}`);
  }
}

/** Leaves nothing open, whatever happens: neither the connection, nor the question whether a browser shall keep them. */
async function takeAll(
  { pieces, isChecked, settle }: Arriving,
  { weights, variables }: Manifest,
  taker: Taker,
): Promise<Outcome<void>> {
  const hash = weights && !isChecked ? new Sha256() : undefined;
  const reader = new Reader(pieces, piece => hash?.update(piece));
  let isRight = false;
  try {
    const taken = await take(reader, variables, taker);
    const digest = hash?.hex();
    const isOther = weights !== undefined && digest !== undefined && digest !== weights.sha256;
    isRight = taken.ok && !isOther;
    if (!taken.ok || !isOther) return taken;
    return wrong(`their SHA-256 is ${digest}, and it was compiled with ${weights.file}, ${weights.sha256}`, others);
  } finally {
    settle?.(isRight);
    await reader.close();
  }
}

async function take(reader: Reader, wanted: readonly ManifestVariable[], taker: Taker): Promise<Outcome<void>> {
  const length = await reader.read(lengthBytes);
  if (!length) return tooShort;
  const headerBytes = headerLength(length);
  if (!headerBytes.ok) return headerBytes;
  const header = await reader.read(headerBytes.value);
  if (!header) return tooShort;
  const entries = entriesOf(header);
  if (!entries.ok) return entries;
  const variables = matched(entries.value, wanted);
  if (!variables.ok) return variables;
  const begun = taker.begin(new Set([...variables.value.values()].flat()));
  if (!begun.ok) return begun;
  const totalBytes = lengthBytes + headerBytes.value + (entries.value.at(-1)?.end ?? 0);
  reader.onRead = loadedBytes => taker.onProgress?.({ loadedBytes, totalBytes });
  for (const entry of entries.value) {
    const took = await takeOne(entry, variables.value.get(entry.path) ?? [], reader, taker);
    if (!took.ok) return took;
  }
  return succeeded(undefined);
}

const others = 'give other weights of the same network as `weights`, read by `readSafetensors` of @tessera-dnn/formats';

const tooShort = badWeights('the file ends too early');

/** Tensors that nobody asks for are read, and dropped. */
async function takeOne(
  entry: Entry,
  paths: readonly string[],
  reader: Reader,
  { take }: Taker,
): Promise<Outcome<void>> {
  const isWanted = paths.length > 0;
  const bytes = await reader.read(entry.end - entry.begin, isWanted);
  if (!bytes) return tooShort;
  if (!isWanted) return succeeded(undefined);
  const values = valuesOf(entry, bytes);
  for (const path of paths) {
    const taken = take(path, values);
    if (!taken.ok) return taken;
  }
  return succeeded(undefined);
}

/** Takes so many bytes at a time of what arrives in pieces of any length. */
class Reader {
  /** Called with the number of bytes that have been read. */
  onRead: (bytes: number) => void = () => {};
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #seen: (piece: Uint8Array) => void;
  readonly #pause = pauses();
  #piece = new Uint8Array();
  #bytes = 0;

  constructor(pieces: AsyncIterable<Uint8Array>, seen: (piece: Uint8Array) => void) {
    this.#pieces = pieces[Symbol.asyncIterator]();
    this.#seen = seen;
  }

  /** An array of its own with the next `length` bytes, empty if nobody keeps them; `undefined` where there are fewer. */
  async read(length: number, isKept = true): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = new Uint8Array(isKept ? length : 0);
    for (let at = 0; at < length; ) {
      if (this.#piece.length === 0 && !(await this.#next())) return undefined;
      const part = this.#piece.subarray(0, length - at);
      if (isKept) bytes.set(part, at);
      at += part.length;
      this.#piece = this.#piece.subarray(part.length);
      this.#bytes += part.length;
      this.onRead(this.#bytes);
    }
    return bytes;
  }

  /** Asks for no more. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  async #next(): Promise<boolean> {
    const { done, value } = await this.#pieces.next();
    if (done) return false;
    this.#seen(value);
    await this.#pause();
    this.#piece = value as Uint8Array<ArrayBuffer>;
    return true;
  }
}
