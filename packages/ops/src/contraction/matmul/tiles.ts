/**
 * Matrix products by register tiles of rows × columns: the elements of a are copied into all lanes, the columns of b are vectors.
 * A product is a plane (see `plane.ts`) of one row, whose pixels are the rows of a and whose input channels are the summed axis.
 */
import type { KernelBuilder } from '@tessera-dnn/graph/kernel';
import { vectorOf } from '@tessera-dnn/graph/kernel';
import type { Vertex } from '@tessera-dnn/graph/op';
import type { Columns } from '../../plane/cut.ts';
import { pixelGroup } from '../../plane/cut.ts';
import { emitPlane } from '../../plane/emit.ts';
import type { Blocks, OuterAxis, PlaneAxis } from '../../plane/plane.ts';
import { numberOf, singleRow } from '../../plane/plane.ts';
import { type ByteProducts, bytesAtOnce } from '../../plane/products.ts';
import { planeAxis } from '../../plane/spatial-axis.ts';
import { emitUniform } from '../../plane/uniform.ts';
import { singleUniform, uniformChannels } from '../../plane/uniform-plane.ts';
import { numberElement } from '../../plane/views.ts';
import { byteProducts } from '../bytes.ts';
import type { Product } from './product.ts';
import { productOf } from './product.ts';
import type { MatmulAttributes } from './shapes.ts';

/** Writes the kernel for b packed as `[N/size][K][size]`. */
export function blockedKernel(k: KernelBuilder, vertex: Vertex<MatmulAttributes>): void {
  const product = productOf(vertex);
  const size = vertex.operands[1].layout.block?.size ?? 8;
  const channels = product.columns.count;
  const range = { first: 0, channels, lanes: 4, vectors: size / 4, bytes: product.columns.bytes } as const;
  emitColumns(k, vertex, vertex.operands[1].layout.block?.lanes ? inFours(product) : product, range);
}

/** The product with four terms at a time as one: four bytes of a, and four bytes of each column of b. */
function inFours(product: Product): Product {
  const { summed, bytes } = product;
  return {
    ...product,
    summed: { ...summed, count: summed.count / bytesAtOnce, aBytes: summed.aBytes * bytesAtOnce },
    bytes: { a: bytes.a * bytesAtOnce, b: bytes.b * bytesAtOnce },
  };
}

/** How the vertex multiplies bytes, if b is packed for them. */
function bytesOfVertex(
  k: KernelBuilder,
  { context, operands: [, b] }: Vertex<MatmulAttributes>,
): ByteProducts | undefined {
  return b.layout.block?.lanes && byteProducts(k, context, 'pixels');
}

/**
 * Writes the kernel for b whose columns are neighbours: in blocks of eight, then one of four, then single columns, so that no load reads
 * outside of b.
 */
export function columnsKernel(k: KernelBuilder, vertex: Vertex<MatmulAttributes>): void {
  const product = productOf(vertex);
  const { count } = product.columns;
  const eights = count - (count % 8);
  const fours = count - (count % 4);
  if (eights > 0)
    emitColumns(k, vertex, product, { first: 0, channels: eights, lanes: 4, vectors: 2, bytes: 8 * product.bytes.b });
  if (fours > eights)
    emitColumns(k, vertex, product, { first: eights, channels: 4, lanes: 4, vectors: 1, bytes: 4 * product.bytes.b });
  if (count > fours) {
    emitColumns(k, vertex, product, {
      first: fours,
      channels: count - fours,
      lanes: 1,
      vectors: 1,
      bytes: product.bytes.b,
    });
  }
}

/** So many bytes of columns stay in the second-level cache while rows are read. */
const panelBytes = 1 << 17;

/** Neighbouring columns, in blocks of `vectors` vectors with `lanes` lanes. */
interface ColumnRange {
  readonly first: number;
  readonly channels: number;
  readonly lanes: 1 | 4;
  readonly vectors: number;
  /** Bytes from block to block. */
  readonly bytes: number;
}

function emitColumns(k: KernelBuilder, vertex: Vertex<MatmulAttributes>, product: Product, range: ColumnRange): void {
  if (k.specialised || range.lanes === 1) emitRange(k, vertex, product, range);
  else emitUniformRange(k, vertex, product, range);
}

/** For chips on which code takes memory of the tiles: the same code as that of a convolution with a single tap. */
function emitUniformRange(
  k: KernelBuilder,
  vertex: Vertex<MatmulAttributes>,
  { batch, rows, summed, columns, aStart, bStart, bytes }: Product,
  range: ColumnRange,
): void {
  const { context, sink } = vertex;
  const blockBytes = bytes.b * range.lanes * range.vectors;
  const count = k.field(rows.count);
  emitUniform(k, sink, {
    type: vectorOf(numberElement(context.result.element)),
    bytes: bytesOfVertex(k, vertex),
    outer: batch.map(axis => outerAxis(k, axis)),
    rows: singleUniform(-1),
    columns: {
      count,
      from: 0,
      inside: count,
      acrossBytes: k.field(rows.bytes),
      result: { axis: rows.axis, start: 0, step: 1 },
    },
    channels: uniformChannels(
      k,
      { count: summed.count, inputBytes: summed.aBytes, weightBytes: summed.bBytes },
      { input: bytes.a, weights: blockBytes },
    ),
    blocks: {
      count: k.field(Math.ceil(range.channels / (range.lanes * range.vectors))),
      vectors: range.vectors,
      bytes: k.field(range.bytes),
      laneBytes: bytes.b,
      tail: range.channels % (range.lanes * range.vectors),
      axis: columns.axis,
      first: range.first === 0 ? 0 : k.field(range.first),
    },
    input: k.add(k.address(0), k.field(aStart)),
    weights: k.add(k.address(1), k.field(bStart + bytes.b * range.first)),
  });
}

function emitRange(k: KernelBuilder, vertex: Vertex<MatmulAttributes>, product: Product, range: ColumnRange): void {
  const { context, sink } = vertex;
  const inBytes = bytesOfVertex(k, vertex);
  const { rows, summed } = product;
  const scalar = numberElement(context.result.element);
  const columns: Columns = {
    blocks: Math.ceil(range.channels / (range.lanes * range.vectors)),
    vectors: range.vectors,
    joint: true,
    fused: k.fused && (scalar === 'f32' || inBytes?.highest === 0),
  };
  const walk = { results: rows.count, taps: 1, first: 0, across: rows.count > 1 ? 1 : 0, along: 0, extent: rows.count };
  const pixels: PlaneAxis = planeAxis(k, { walk, inputBytes: rows.bytes, weightBytes: 0, result: rows.axis }, columns);
  const blockBytes = product.bytes.b * range.lanes * range.vectors;
  emitPlane(k, sink, {
    type: range.lanes === 4 ? vectorOf(scalar) : scalar,
    bytes: inBytes,
    outer: product.batch.map(axis => outerAxis(k, axis)),
    rows: singleRow(),
    columns: pixels,
    channels: {
      count: numberOf(k, summed.count),
      inputBytes: summed.aBytes === product.bytes.a ? summed.aBytes : k.field(summed.aBytes),
      weightBytes: summed.bBytes === blockBytes ? blockBytes : k.field(summed.bBytes),
    },
    blocks: { ...blocksOf(k, product, range, columns), paired: arePaired(k, vertex, range) },
    merged: false,
    blocksFirst: true,
    panel: Math.ceil(panelBytes / (summed.count * blockBytes)),
    input: k.add(k.address(0), k.field(product.aStart)),
    weights: k.add(k.address(1), k.field(product.bStart + product.bytes.b * range.first)),
  });
}

function outerAxis(k: KernelBuilder, { axis, count, aBytes, bBytes }: Product['batch'][number]): OuterAxis {
  return {
    axis,
    count: numberOf(k, count),
    lines: count,
    inputBytes: numberOf(k, aBytes),
    weightBytes: numberOf(k, bBytes),
  };
}

/** Whether the columns of b come in pairs of vectors that are one load. A b that is read often lies widened elsewhere, and is f32 here. */
function arePaired(
  k: KernelBuilder,
  { operands: [, b] }: Vertex<MatmulAttributes>,
  { lanes, vectors }: ColumnRange,
): boolean {
  return k.specialised && b.type.element === 'bf16' && lanes === 4 && vectors % 2 === 0;
}

function blocksOf(k: KernelBuilder, product: Product, range: ColumnRange, columns: Columns): Blocks {
  return {
    count: columns.blocks,
    vectors: range.vectors,
    pixelGroup: pixelGroup(columns),
    bytes: k.field(range.bytes),
    laneBytes: product.bytes.b,
    channels: range.channels,
    axis: product.columns.axis,
    first: range.first,
  };
}
