/**
 * The second IR: what every tile holds and does, phase by phase, before anything has an address.
 *
 * A buffer has a size on every tile (0 where it does not exist). A phase is all compute or all exchange. In a compute phase a tile runs
 * at most one vertex; in an exchange phase it runs copies. Vertices and copies with equal code and fields are of one *class*, so a
 * phase is a few arrays of numbers, however many tiles there are.
 */
import type { Block, Origin, TensorType } from '@tessera-dnn/graph';
import type { KernelCode } from '@tessera-dnn/graph/kernel';
import type { BufferId } from './buffer-id.ts';
import type { Copies } from './copies.ts';

export type { BufferId };

/**
 * What a buffer is for; the rows of the memory report. `input` is the copy of operands gathered from other tiles (halos, broadcast
 * weights), `partial` a part of a sum, `scratch` what vertices of one phase keep for themselves. `host` buffers lie in the host window and
 * take no SRAM.
 */
export type BufferKind =
  | 'param'
  | 'state'
  | 'prepared'
  | 'constant'
  | 'activation'
  | 'input'
  | 'partial'
  | 'scratch'
  | 'host';

export interface Buffer {
  readonly name: string;
  readonly kind: BufferKind;
  /** The bytes that the buffer has on each tile, by tile; of a `host` buffer only one number, its size. */
  readonly bytes: Float64Array;
  /** The tensor whose cells, or parts of them, the buffer holds. */
  readonly type: TensorType;
  readonly origin: Origin;
  /** True for buffers that are always live: variables, what is prepared from them, constants. */
  readonly resident: boolean;
  /** The variable's buffer whose memory this one takes for good: it holds the new value that a program gives the variable. */
  readonly replaces?: BufferId;
}

/** The code and the field values of a vertex or a copy. `cycles` are those of its busiest worker, by the chip's table. */
export interface VertexClass {
  readonly code: number;
  readonly fields: readonly number[];
  readonly slots: number;
  readonly cycles: number;
  /** How much of its phase's scratch memory the vertex uses; absent where its last slot is no scratch memory. */
  readonly scratchBytes?: number;
  /** On copies: which bytes they carry, so that what checks copies (the referee) need not read their code. */
  readonly carried?: Carried;
}

/** The loops of a copy around one element. Each turn goes `from` bytes further in the source and `to` bytes in the target. */
export interface Carried {
  readonly elementBytes: number;
  readonly loops: readonly {
    readonly count: number;
    readonly from: number;
    readonly to: number;
    /** How many tiles further each turn goes in the source, if any. */
    readonly tiles?: number;
  }[];
}

/** One slot of a compute phase: a buffer, and on each tile the byte offset inside it (one number if it is the same everywhere). */
export interface SlotRef {
  readonly buffer: BufferId;
  readonly offset: number | Float64Array;
}

export interface ComputePhase {
  readonly kind: 'compute';
  readonly name: string;
  readonly origin: Origin;
  /** By tile, the class of its vertex as an index into `classes`; -1 where the tile is idle. */
  readonly classOf: Int32Array;
  /** The operands, and the result as the last slot. */
  readonly slots: readonly SlotRef[];
  /** Memory that vertices have for themselves while they run; of a buffer that no other phase names. Its address follows the slots. */
  readonly scratch?: BufferId;
  /** The result may be stored over these slots, element by element. */
  readonly overwritable: readonly number[];
  /** The result may begin so many bytes, or more, before these slots' buffers and reach into them: it is written behind the reads. */
  readonly behind?: readonly Behind[];
  /** These slots lie in the result's own buffer, on other elements of it: they are parts of one whole. */
  readonly beside?: readonly number[];
  /** Present where several phases make the result together, in rounds. */
  readonly round?: Round;
}

/**
 * One of the rounds in which a result is made: `index` of `count`. Each finds the result as the round before has left it, and a tile may be idle
 * in some.
 */
export interface Round {
  readonly index: number;
  readonly count: number;
  /** Whether it adds to what its result's place holds, in the first round too; else it writes other elements than the rounds before. */
  readonly adds: boolean;
  /** For each operand the round whose part of it its slot holds: that part was brought last; -1 where the operand is read where it lies. */
  readonly parts: readonly number[];
}

/** The places whose addresses a phase's vertices are given, in that order. */
export function addressedSlots({ slots, scratch }: ComputePhase): readonly SlotRef[] {
  return scratch === undefined ? slots : [...slots, { buffer: scratch, offset: 0 }];
}

export interface Behind {
  readonly slot: number;
  readonly distanceBytes: number;
}

/** Loops over tiles that a copy reads from: how many turns, and the step to the next tile. The buffer lies alike on all of them. */
export type Spread = readonly { readonly count: number; readonly tiles: number }[];

/** The tiles of a spread that begins at `first`. */
export function spreadTiles(spread: Spread, first: number): number[] {
  let tiles = [first];
  for (const loop of spread) {
    tiles = tiles.flatMap(tile => Array.from({ length: loop.count }, (_, i) => tile + i * loop.tiles));
  }
  return tiles;
}

export interface ExchangePhase {
  readonly kind: 'exchange';
  readonly name: string;
  readonly origin: Origin;
  readonly copies: Copies;
  /** Whose part of its operands it brings, where these are brought in rounds. */
  readonly round?: number;
}

export type Phase = ComputePhase | ExchangePhase;

/** A tensor in the host window that users see. */
export interface HostTensor {
  readonly name: string;
  readonly type: TensorType;
  readonly buffer: BufferId;
}

export interface TiledProgram {
  readonly name: string;
  readonly kind: 'model' | 'train' | 'prepare';
  readonly firstPhase: number;
  readonly phases: number;
  readonly inputs: readonly HostTensor[];
  readonly outputs: readonly HostTensor[];
  /** Whether the program changes variables. */
  readonly updates: boolean;
}

/** A copy or vertex performed by the host's side (transfers of variables), on whole buffers. */
export interface TransferStep {
  readonly class: number;
  /** Where each slot begins: a byte offset in a buffer, on a tile (which means nothing in a host buffer). */
  readonly slots: readonly { readonly buffer: BufferId; readonly tile: number; readonly offset: number }[];
}

/**
 * A variable, and the steps that `read` it into the transfer buffer, `write` it from there, or make its `first` value there: dense,
 * row-major, from the buffer's start.
 */
export interface TiledVariable {
  readonly index: number;
  readonly path: string;
  readonly kind: 'param' | 'state';
  readonly type: TensorType;
  readonly buffer: BufferId;
  readonly embedded: boolean;
  /** The path of the variable of whose first value its own is a copy. */
  readonly copyOf?: string;
  readonly read: readonly TransferStep[];
  readonly write: readonly TransferStep[];
  readonly first: readonly TransferStep[];
  readonly cells: readonly VariableCell[];
}

/** One part of a resident tensor: which elements, on which tile, and where in its buffer. */
export interface VariableCell {
  readonly tile: number;
  readonly start: readonly number[];
  readonly count: readonly number[];
  /** Bytes per step along each axis (per block along a blocked one) and of the first element. */
  readonly strides: readonly number[];
  readonly offset: number;
  readonly block?: Block;
}

/** Contents of a resident buffer that are known at compile time: constants, embedded variables. */
export interface Contents {
  readonly buffer: BufferId;
  readonly type: TensorType;
  readonly cells: readonly VariableCell[];
  /** The elements in row-major order, or one number that all of them are. */
  readonly data: number | ArrayLike<number>;
}

/** A node that only moves elements: it takes no memory (a view), or was copied, and why. */
export interface Moved {
  readonly name: string;
  readonly origin: Origin;
  /** The buffer it is a view of, or the first it was copied from. */
  readonly from: BufferId;
  /** Where it was copied to; absent for a view. */
  readonly to?: BufferId;
  /** Bytes on the tile that holds most of it. */
  readonly bytes: number;
  readonly reason: string;
}

export interface TileProgram {
  readonly tiles: number;
  readonly buffers: readonly Buffer[];
  readonly phases: readonly Phase[];
  readonly codes: readonly KernelCode[];
  readonly codeNames: readonly string[];
  readonly classes: readonly VertexClass[];
  /** The loops over tiles that copies name by number; entry 0 has no loops. */
  readonly spreads: readonly Spread[];
  /**
   * Bytes from one tile's memory to the next. It is known before placement, as copies that walk from tile to tile have it in their fields.
   */
  readonly tileStrideBytes: number;
  readonly programs: readonly TiledProgram[];
  readonly prepare: TiledProgram;
  readonly variables: readonly TiledVariable[];
  readonly contents: readonly Contents[];
  readonly moves: readonly Moved[];
  /** Kernels whose distances in a tile's memory are beyond 2^31 bytes, by name: with any of them the program cannot be run. */
  readonly outOfReach: readonly string[];
  /** Two host buffers: the one through which variables are read and written, and the one in which `init` leaves its seed. */
  readonly transfer: BufferId;
  readonly seed: BufferId;
}
