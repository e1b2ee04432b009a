/** How much of a convolution is transformed at a time: the sizes that a Winograd kernel is written for. */
import type { Transform } from './transform.ts';

/** One spatial axis: how many results there are, the position of the first one's first input (negative if that is padding), and the inputs. */
export interface WinogradAxis {
  readonly results: number;
  readonly first: number;
  readonly extent: number;
}

/** What is convolved. */
export interface WinogradShape {
  readonly images: number;
  readonly rows: WinogradAxis;
  readonly columns: WinogradAxis;
  readonly channels: number;
  readonly outputs: number;
}

/** The sizes of a kernel. */
export interface WinogradPlan {
  /** How many tiles one image has along its columns and its rows. */
  readonly tileRows: number;
  readonly tileColumns: number;
  /** Strips of so many rows of tiles are transformed at a time; the last one has `lastRows`. */
  readonly strips: number;
  readonly stripRows: number;
  readonly lastRows: number;
  /** How many blocks of output channels there are. */
  readonly blocks: number;
  /** Whether the transformed weights of all blocks are kept from strip to strip; if not, those of one block are. */
  readonly keepsWeights: boolean;
  /** Bytes from the inputs, weights and products of one point to those of the next. */
  readonly inputPointBytes: number;
  readonly weightPointBytes: number;
  readonly productPointBytes: number;
}

/** Output channels of a block of weights. */
export const blockChannels = 8;

/** So many tiles share what is done once for a strip, and fill the register tiles. */
const enoughTiles = 24;
/** Transformed weights of up to so many bytes are kept; they stay in the second-level cache from strip to strip. */
const keptBytes = 1 << 20;
/** Else strips are as large as this, so that weights are transformed few times: once, where one strip is enough. */
const stripBytes = 1 << 20;

const lineBytes = 64;

/** The sizes for a convolution of this shape. */
export function planOf({ results, points }: Transform, shape: WinogradShape): WinogradPlan {
  const { images, rows, columns, channels, outputs } = shape;
  const [tileRows, tileColumns] = [rows, columns].map(axis => Math.ceil(axis.results / results));
  const blocks = Math.ceil(outputs / blockChannels);
  const weightPointBytes = staggered(channels * blockChannels * 4);
  const rowBytes = points * points * tileColumns * channels * 4;
  const all = images * tileRows;
  const blockBytes = points * points * weightPointBytes;
  const fewRows = Math.min(all, Math.ceil(enoughTiles / tileColumns));
  const keepsWeights =
    blocks * blockBytes <= keptBytes && fewRows * rowBytes + blocks * blockBytes < all * rowBytes + blockBytes;
  const mostRows = keepsWeights ? fewRows : Math.max(1, Math.floor(stripBytes / rowBytes));
  const strips = Math.ceil(all / mostRows);
  const stripRows = Math.ceil(all / strips);
  return {
    tileRows,
    tileColumns,
    strips: Math.ceil(all / stripRows),
    stripRows,
    lastRows: ((all - 1) % stripRows) + 1,
    blocks,
    keepsWeights,
    inputPointBytes: staggered(stripRows * tileColumns * channels * 4),
    weightPointBytes,
    productPointBytes: staggered(stripRows * tileColumns * blockChannels * 4),
  };
}

/** At least so many bytes, an odd number of cache lines: what lies so far apart does not fall on the same lines of the cache. */
function staggered(bytes: number): number {
  const lines = Math.ceil(bytes / lineBytes);
  return (lines + 1 - (lines % 2)) * lineBytes;
}
