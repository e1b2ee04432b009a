/**
 * SHA-256 (FIPS 180-4), piece by piece: what arrives over a network is hashed as it arrives. The engines' own (`crypto.subtle`) takes all bytes at once, and is
 * missing on pages without https.
 */

const wordBytes = 4;
const blockBytes = 64;

const primes = Array.from({ length: 312 }, (_, n) => n).filter(
  n => n > 1 && !Array.from({ length: n }, (_, d) => d).some(d => d > 1 && n % d === 0),
);
/** The first 32 bits behind the point of each root. */
const fractions = (root: (n: number) => number, count: number) =>
  Int32Array.from(primes.slice(0, count), prime => (root(prime) % 1) * 2 ** 32);
const constants = fractions(Math.cbrt, blockBytes);
const initial = fractions(Math.sqrt, 8);

/** A digest in the making. */
export class Sha256 {
  readonly #state = Int32Array.from(initial);
  readonly #words = new Int32Array(blockBytes);
  /** What has come of the next block. */
  readonly #rest = new Uint8Array(blockBytes);
  #bytes = 0;

  /** Takes the next bytes. */
  update(bytes: Uint8Array): this {
    const filled = this.#bytes % blockBytes;
    this.#bytes += bytes.length;
    let at = 0;
    if (filled > 0) {
      at = Math.min(blockBytes - filled, bytes.length);
      this.#rest.set(bytes.subarray(0, at), filled);
      if (filled + at < blockBytes) return this;
      this.#block(this.#rest, 0);
    }
    for (; at + blockBytes <= bytes.length; at += blockBytes) this.#block(bytes, at);
    this.#rest.set(bytes.subarray(at));
    return this;
  }

  /** The digest of all bytes, as 64 hexadecimal digits. No more may follow. */
  hex(): string {
    const bits = 8 * this.#bytes;
    const padded = (this.#bytes % blockBytes < blockBytes - 8 ? 1 : 2) * blockBytes - (this.#bytes % blockBytes);
    const end = new Uint8Array(padded);
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(padded - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(padded - 4, bits);
    this.update(end);
    return Array.from(this.#state, word => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #block(bytes: Uint8Array, start: number): void {
    const w = this.#words;
    for (let t = 0, at = start; t < 16; t++, at += wordBytes) {
      w[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let t = 16; t < blockBytes; t++) {
      const x = w[t - 15];
      const y = w[t - 2];
      const near = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
      const far = rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10);
      w[t] = (far + w[t - 7] + near + w[t - 16]) | 0;
    }
    let [a, b, c, d, e, f, g, h] = this.#state;
    for (let t = 0; t < blockBytes; t++) {
      const chosen = (e & f) ^ (~e & g);
      const first = (h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + chosen + constants[t] + w[t]) | 0;
      const second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    const s = this.#state;
    s[0] += a;
    s[1] += b;
    s[2] += c;
    s[3] += d;
    s[4] += e;
    s[5] += f;
    s[6] += g;
    s[7] += h;
  }
}

function rotated(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
