/** Runs one recorded vertex on memory in which every tensor lies as a test wants it, and reads the result back. */
import { expect } from 'vitest';
import type { Box } from '../src/box.ts';
import type { Node } from '../src/graph.ts';
import { type BufferRange, interpretWorkers } from '../src/kernel/interpret.ts';
import type { Combine, OpContext } from '../src/op/split.ts';
import type { View } from '../src/op/vertex.ts';
import { recordVertex } from '../src/record-vertex.ts';
import { standInOps } from '../src/testing/stand-ins.ts';
import type { ElementType, TensorType } from '../src/types.ts';
import { elementBytes, elementCount, rowMajorStrides } from '../src/types.ts';

/** How a tensor lies: axes outermost first, and elements of padding after every step of each axis. */
export interface Placement {
  readonly order: readonly number[];
  readonly padding: readonly number[];
}

export interface PlacedTensor {
  readonly type: TensorType;
  /** Row-major; of the result what lies there before, if the vertex adds to that. */
  readonly data: Float64Array;
  readonly placement: Placement;
  /** Which part is in memory; all of it where absent. */
  readonly region?: Box;
}

export interface VertexRun {
  readonly node: Pick<Node, 'op' | 'attributes' | 'epilogue' | 'body'>;
  readonly context: OpContext;
  readonly variant?: string;
  readonly box: Box;
  readonly operands: readonly PlacedTensor[];
  readonly result: PlacedTensor;
  readonly specialised: boolean;
  readonly workers: number;
  /** The result takes the memory of this operand. */
  readonly over?: number;
  /** It combines its results with what lies in their places. */
  readonly adds?: Combine;
}

export function viewOf({ type, placement, region }: PlacedTensor): View {
  const held = region ?? { start: type.shape.map(() => 0), count: type.shape, step: type.shape.map(() => 1) };
  const strides: number[] = new Array(type.shape.length).fill(0);
  let step = 1;
  for (const axis of [...placement.order].reverse()) {
    strides[axis] = step;
    step = step * held.count[axis] + placement.padding[axis];
  }
  return { type, region: held, layout: { order: placement.order }, strides };
}

/** Every place of a box: its coordinates. */
export function* coordinatesOf(box: Box): Generator<number[]> {
  const total = box.count.reduce((a, b) => a * b, 1);
  const strides = rowMajorStrides(box.count);
  for (let i = 0; i < total; i++) {
    yield strides.map((s, axis) => box.start[axis] + (Math.floor(i / s) % box.count[axis]) * box.step[axis]);
  }
}

/** The result's elements inside the box, row-major over the box. Fails if the kernel touches anything else of the memory. */
export function runVertex(run: VertexRun): Float64Array {
  const placed = [...run.operands, run.result];
  const views = placed.map(viewOf);
  const slots: number[] = [];
  let end = 64;
  const buffers: BufferRange[] = [];
  views.forEach((view, i) => {
    if (i === views.length - 1 && run.over !== undefined) slots.push(slots[run.over]);
    else slots.push(end);
    buffers.push({ start: slots[i], end: slots[i] + extent(view) * elementBytes[view.type.element] });
    end += Math.ceil((extent(view) * elementBytes[view.type.element]) / 4) * 4 + 16;
  });
  const memory = new ArrayBuffer(end + 64);
  new Uint8Array(memory).fill(0xab);
  run.operands.forEach((operand, i) => {
    fill(memory, slots[i], views[i], operand.data);
  });
  if (run.adds) fill(memory, slots[placed.length - 1], views[placed.length - 1], run.result.data);
  const before = new Uint8Array(memory.slice(0));
  const recorded = recordVertex(
    {
      node: run.node,
      context: run.context,
      variant: run.variant ?? 'plain',
      box: run.box,
      operands: views.slice(0, -1),
      result: views[views.length - 1],
      partial: run.adds !== undefined,
      adds: run.adds,
    },
    standInOps,
    { specialised: run.specialised },
  );
  interpretWorkers(recorded.code, { memory, fields: recorded.fields, slots, buffers }, run.workers);
  return readBack(memory, before, slots[slots.length - 1], views[views.length - 1], resultBox(run));
}

function resultBox({ box, result }: VertexRun): Box {
  const rank = result.type.shape.length;
  return { start: box.start.slice(0, rank), count: box.count.slice(0, rank), step: box.step.slice(0, rank) };
}

function readBack(memory: ArrayBuffer, before: Uint8Array, slot: number, view: View, box: Box): Float64Array {
  const bytes = new Uint8Array(memory);
  const result: number[] = [];
  for (const coordinates of coordinatesOf(box)) {
    const address = slot + offsetOf(view, coordinates) * elementBytes[view.type.element];
    result.push(readElement(memory, address, view.type.element));
    bytes.set(before.subarray(address, address + elementBytes[view.type.element]), address);
  }
  expect(Buffer.compare(bytes, before), 'bytes outside the result').toBe(0);
  return Float64Array.from(result);
}

function extent(view: View): number {
  return view.strides.reduce((sum, s, axis) => sum + s * (view.region.count[axis] - 1), 1);
}

function offsetOf(view: View, coordinates: readonly number[]): number {
  return view.strides.reduce(
    (sum, s, axis) => sum + (s * (coordinates[axis] - view.region.start[axis])) / view.region.step[axis],
    0,
  );
}

function fill(memory: ArrayBuffer, slot: number, view: View, data: Float64Array): void {
  const strides = rowMajorStrides(view.type.shape);
  for (const coordinates of coordinatesOf(view.region)) {
    const value = data[strides.reduce((sum, s, axis) => sum + s * coordinates[axis], 0)];
    writeElement(
      memory,
      slot + offsetOf(view, coordinates) * elementBytes[view.type.element],
      view.type.element,
      value,
    );
  }
}

export function readElement(memory: ArrayBuffer, address: number, element: ElementType): number {
  const view = new DataView(memory);
  if (element === 'f32') return view.getFloat32(address, true);
  return element === 'i32' ? view.getInt32(address, true) : view.getUint8(address);
}

export function writeElement(memory: ArrayBuffer, address: number, element: ElementType, value: number): void {
  const view = new DataView(memory);
  if (element === 'f32') view.setFloat32(address, value, true);
  else if (element === 'i32') view.setInt32(address, value, true);
  else view.setUint8(address, value);
}

/** The elements of a row-major tensor inside a box. */
export function cut(type: TensorType, data: Float64Array, box: Box): Float64Array {
  const strides = rowMajorStrides(type.shape);
  return Float64Array.from(
    [...coordinatesOf(box)].map(coordinates => data[strides.reduce((sum, s, axis) => sum + s * coordinates[axis], 0)]),
  );
}

/** Small numbers with few bits, so that products and short sums are exact. */
export function numbersFor(type: TensorType, seed: number): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length: elementCount(type.shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const draw = (state >>> 16) % 64;
    return type.element === 'bool' ? draw % 2 : type.element === 'i32' ? draw - 32 : (draw - 32) / 8;
  });
}
