/**
 * What the pages know as bytes and back. Lists of numbers leave the record and become differences of seven bits a byte; the record without them is
 * JSON; deflate does the rest. Numbers must be whole and below 2^53.
 */
import { through } from './deflate.ts';
import type { Explored } from './explored.ts';

/** In the JSON, this stands for a list of numbers: its kind, and how many it has. */
interface Placeholder {
  readonly $numbers: 'i' | 'f';
  readonly count: number;
}

/** Bytes that {@link decode} reads: compressed, with no limit on their number. */
export async function encode(explored: Explored): Promise<Uint8Array<ArrayBuffer>> {
  const numbers = new NumberWriter();
  const json = JSON.stringify(explored, (_, value: unknown) => {
    if (!(value instanceof Int32Array || value instanceof Float64Array)) return value;
    for (const each of value) numbers.add(each);
    numbers.end();
    return { $numbers: value instanceof Int32Array ? 'i' : 'f', count: value.length } satisfies Placeholder;
  });
  const head = new TextEncoder().encode(json);
  const length = new Uint8Array(new Uint32Array([head.length]).buffer);
  return through(new CompressionStream('deflate-raw'), [length, head, numbers.bytes()]);
}

/** What {@link encode} was given. Rejects with a `TypeError` for bytes that are not of it. */
export async function decode(bytes: Uint8Array<ArrayBuffer>): Promise<Explored> {
  const all = await through(new DecompressionStream('deflate-raw'), [bytes]);
  const [headBytes] = new Uint32Array(all.slice(0, 4).buffer);
  const numbers = new NumberReader(all, 4 + headBytes);
  const head = new TextDecoder().decode(all.subarray(4, 4 + headBytes));
  // The reviver meets lists in the order in which they were written, as both walk a record in the order of its fields.
  return JSON.parse(head, (_, value: unknown) => (isPlaceholder(value) ? numbers.list(value) : value)) as Explored;
}

function isPlaceholder(value: unknown): value is Placeholder {
  return typeof value === 'object' && value !== null && '$numbers' in value;
}

/** Differences to the number before, the sign in the lowest bit, seven bits a byte with the lowest first. */
class NumberWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  #last = 0;

  add(value: number): void {
    if (this.#length + 16 > this.#bytes.length) {
      const more = new Uint8Array(2 * this.#bytes.length);
      more.set(this.#bytes);
      this.#bytes = more;
    }
    const difference = value - this.#last;
    this.#last = value;
    // Not by shifts, which cut numbers to 32 bits.
    let rest = difference < 0 ? -2 * difference - 1 : 2 * difference;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  end(): void {
    this.#last = 0;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }
}

class NumberReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  list({ $numbers, count }: Placeholder): Int32Array | Float64Array {
    const list = $numbers === 'i' ? new Int32Array(count) : new Float64Array(count);
    let last = 0;
    for (let i = 0; i < count; i++) {
      last += this.#difference();
      list[i] = last;
    }
    return list;
  }

  #difference(): number {
    let [sum, factor, byte] = [0, 1, 0];
    do {
      byte = this.#bytes[this.#at++];
      sum += (byte % 128) * factor;
      factor *= 128;
    } while (byte >= 128);
    return sum % 2 === 1 ? -(sum + 1) / 2 : sum / 2;
  }
}
