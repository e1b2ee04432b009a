/**
 * The sink of a kernel op: applies the node's epilogue to what the kernel hands over and stores it.
 *
 * `at` computes one address for the result and one for each epilogue operand; operands that lie like the result share its offset.
 * Along the vector axis an operand is loaded as a vector where its neighbours lie one element apart, repeated where it is broadcast,
 * and gathered lane by lane otherwise. A part of a vector is loaded and stored lane by lane: nothing outside the box is touched.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Box } from '../box.ts';
import type { Epilogue } from '../graph.ts';
import type { Combine, LayoutRequest } from '../op/split.ts';
import type { OpTable } from '../op/table.ts';
import type { Cursor, Sink, Step, View } from '../op/vertex.ts';
import type { ElementType } from '../types.ts';
import type { KernelBuilder, Operand } from './builder.ts';
import type { KernelValue, RegisterElement } from './code.ts';
import { isVector, registerElement, vectorOf } from './code.ts';
import { combineRegisters } from './combine.ts';
import { KernelNumbers } from './numbers.ts';
import { constantStep, emitConstant, emitStep, emitStoredStep, saturated } from './scalar-steps.ts';
import type { Stream } from './stream.ts';
import { streamOf } from './stream.ts';

export interface SinkSpec {
  /** The part of the result's axes that the vertex computes. */
  readonly box: Box;
  /** The element type the kernel hands over. */
  readonly element: RegisterElement;
  readonly result: View;
  readonly resultSlot: number;
  /** The layout the kernel's variant asks for. */
  readonly layout: LayoutRequest;
  readonly epilogue?: Epilogue;
  /** The epilogue's operands: views of the node's operands from `firstOperand` on. */
  readonly operands: readonly View[];
  /** How what the kernel hands over is combined with what lies in the result's place; absent: it is written over that. Without an epilogue only. */
  readonly adds?: Combine;
  /** Whether what lies in the result's place are sums that the kernel itself goes on with; absent: no. */
  readonly begun?: boolean;
}

/** The sink of one vertex, for the kernel that `k` builds; with no epilogue it only stores. */
export function createSink(k: KernelBuilder, table: OpTable, spec: SinkSpec): Sink {
  const { box, epilogue } = spec;
  const first = epilogue?.firstOperand ?? 0;
  const result = streamOf(spec.resultSlot, spec.result, box);
  const operands = spec.operands.map((view, i) => streamOf(first + i, view, box));
  const context: SinkContext = {
    k,
    table,
    epilogue,
    operands,
    result,
    stored: spec.result.type.element,
    vectorAxis: vectorAxis(box, result, spec.layout),
    numbers: new KernelNumbers(k),
    adds: spec.adds,
  };
  return {
    element: spec.element,
    narrows: result.bytes < 4 && spec.element === 'f32',
    begun: spec.begun === true,
    vectorAxis: context.vectorAxis,
    at: coordinates => cursor(context, coordinates),
    step: coordinates => distances(context, coordinates),
    continues: (outer, inner) =>
      [result, ...operands].every(({ strides }) => strides[outer] === strides[inner] * box.count[inner]),
  };
}

interface SinkContext {
  readonly k: KernelBuilder;
  readonly table: OpTable;
  readonly epilogue: Epilogue | undefined;
  readonly operands: readonly Stream[];
  readonly result: Stream;
  /** What the result has in memory. */
  readonly stored: ElementType;
  readonly vectorAxis: number;
  readonly numbers: KernelNumbers;
  readonly adds: Combine | undefined;
}

type Offset = readonly (readonly [number, number])[];

/**
 * The innermost axis of the layout the kernel works in, so that kernels find the axis they expect even where its extent is 1;
 * where any layout will do, the longest axis whose neighbours touch.
 */
function vectorAxis(box: Box, result: Stream, layout: LayoutRequest): number {
  const touches = (axis: number): boolean => result.strides[axis] === result.bytes;
  if (layout !== 'any') {
    const inner = layout.order.at(-1) ?? -1;
    if (inner >= 0 && (touches(inner) || box.count[inner] === 1)) return inner;
  }
  let best = -1;
  for (let axis = 0; axis < box.count.length; axis++) {
    if (touches(axis) && (best < 0 || box.count[axis] >= box.count[best])) best = axis;
  }
  return best;
}

function cursor(context: SinkContext, coordinates: readonly Operand[]): Cursor {
  const { k, numbers, result, operands } = context;
  const offsets = distances(context, coordinates);
  const addresses = [result, ...operands].map((stream, s) => {
    const base = numbers.offset(k.address(stream.slot), `sink start ${s}`, stream.startBytes);
    return further(k, base, offsets[s]);
  });
  return cursorAt(context, addresses);
}

function further(k: KernelBuilder, address: KernelValue, distance: KernelValue | undefined): KernelValue {
  return distance === undefined ? address : k.add(address, distance);
}

/** The addresses of the result and of each operand. */
function cursorAt(context: SinkContext, addresses: readonly KernelValue[]): Cursor {
  const { k, result } = context;
  return {
    moved: step =>
      cursorAt(
        context,
        addresses.map((address, s) => further(k, address, step[s])),
      ),
    load: (type, offset = []) => {
      // What an epilogue has stored is no longer what the kernel handed over.
      if (context.epilogue !== undefined)
        throw new InternalError('sink', 'a result behind an epilogue is not read again');
      const place = placeAt(context, 0, result, addresses[0], offset);
      return k.load(type, place.address, place.offset);
    },
    store: (value, offset = [], lanes = 4) => {
      const whole = isVector(value.type) && lanes === 4;
      const own = applyEpilogue(context, addresses, value, offset, isVector(value.type) ? lanes : 1);
      const place = placeAt(context, 0, result, addresses[0], offset);
      const sum = addedUp(context, place, own, lanes);
      if (whole || !isVector(value.type)) k.store(place.address, sum, place.offset);
      else storeLanes(context, place, sum, lanes);
    },
  };
}

/** Combined with what lies in its place, where the sink adds. */
function addedUp(context: SinkContext, place: Place, value: KernelValue, lanes: number): KernelValue {
  const { k, result, adds } = context;
  if (adds === undefined) return value;
  const before = isVector(value.type)
    ? loadLanes(context, 0, result, place, lanes)
    : k.load(result.element, place.address, place.offset);
  return combineRegisters(k, adds, before, value);
}

/** What lies alike shares its distance. */
function distances(context: SinkContext, coordinates: readonly Operand[]): Step {
  const { result, operands } = context;
  if (coordinates.length !== result.strides.length) throw new InternalError('sink', 'one coordinate per result axis');
  const known = new Map<string, KernelValue | undefined>();
  return [result, ...operands].map((stream, s) => {
    const key = stream.strides.join();
    if (!known.has(key)) known.set(key, strideSum(context, s, stream, coordinates));
    return known.get(key);
  });
}

/** Σ coordinate · stride, in bytes; undefined where that is nothing. */
function strideSum(
  context: SinkContext,
  s: number,
  stream: Stream,
  coordinates: readonly Operand[],
): KernelValue | undefined {
  const { k, vectorAxis: first } = context;
  let sum: KernelValue | undefined;
  // The axis of vectors first: then results of different ranks have the same code where only it and one other count.
  const axes = coordinates.map((_, axis) => axis).sort((a, b) => Number(b === first) - Number(a === first));
  for (const axis of axes) {
    const coordinate = coordinates[axis];
    const stride = stream.strides[axis];
    // An axis of extent 1 shall not make another kernel of a result: it is a stride like any other where kernels are shared.
    const still = stride === 0 && (s > 0 || k.specialised);
    if (still || coordinate === 0) continue;
    const part =
      stride === 1 && typeof coordinate !== 'number' ? coordinate : scaled(context, `${s}.${axis}`, stride, coordinate);
    sum = sum === undefined ? part : k.add(sum, part);
  }
  return sum;
}

/** Strides of one element are part of the code: the axis that vectors run along is. `along` names stream and axis among the fields. */
function scaled({ k, numbers }: SinkContext, along: string, stride: number, coordinate: Operand): KernelValue {
  if (typeof coordinate === 'number') return numbers.field(`sink start ${along}.${coordinate}`, coordinate * stride);
  if (stride === 4) return k.shl(coordinate, 2);
  return k.mul(coordinate, numbers.field(`sink stride ${along}`, stride));
}

interface Place {
  readonly address: KernelValue;
  readonly offset: number;
}

/** A stream's place at a constant distance from the cursor: an immediate offset where the distance may be part of the code. */
function placeAt({ k, numbers }: SinkContext, s: number, stream: Stream, base: KernelValue, offset: Offset): Place {
  let immediate = 0;
  let address = base;
  for (const [axis, n] of offset) {
    const stride = stream.strides[axis];
    if (stride === 0 || n === 0) continue;
    if (n > 0 && (stride === stream.bytes || k.specialised)) immediate += n * stride;
    else address = k.add(address, numbers.field(`sink offset ${s}.${axis}.${n}`, n * stride));
  }
  return { address, offset: immediate };
}

function applyEpilogue(
  context: SinkContext,
  addresses: readonly KernelValue[],
  value: KernelValue,
  offset: Offset,
  lanes: number,
): KernelValue {
  const { k, table, epilogue, operands, numbers } = context;
  if (epilogue === undefined) return value;
  const wide = isVector(value.type);
  const values: KernelValue[] = [saturated(k, value, epilogue.base.element)];
  operands.forEach((stream, i) => {
    const place = placeAt(context, i + 1, stream, addresses[i + 1], offset);
    values.push(
      wide ? loadLanes(context, i + 1, stream, place, lanes) : k.load(stream.element, place.address, place.offset),
    );
  });
  const elements = [epilogue.base.element, ...operands.map(stream => stream.element)];
  epilogue.steps.forEach((step, i) => {
    const last = i === epilogue.steps.length - 1 && step.element === context.stored;
    const emit = last ? emitStoredStep : emitStep;
    const args = step.args.map(arg => values[arg]);
    const types = step.args.map(arg => elements[arg]);
    const result =
      step.op === constantStep
        ? emitConstant(k, numbers, step, `sink constant ${i}`)
        : emit(k, table, step, args, types);
    values.push(wide ? k.splat(result) : result);
    elements.push(registerElement(step.element));
  });
  return values[values.length - 1];
}

/** `lanes` neighbours along the vector axis. */
function loadLanes(context: SinkContext, s: number, stream: Stream, place: Place, lanes: number): KernelValue {
  const { k, vectorAxis: axis } = context;
  const type = vectorOf(stream.element);
  const stride = stream.strides[axis];
  if (stride === 0 || axis < 0) return k.loadSplat(type, place.address, place.offset);
  if (stride === stream.bytes && lanes === 4) return k.load(type, place.address, place.offset);
  let vector = k.loadSplat(type, place.address, place.offset);
  for (let lane = 1; lane < lanes; lane++) {
    const { address, offset } = placeAt(context, s, stream, place.address, [[axis, lane]]);
    vector = k.replace(vector, lane, k.load(stream.element, address, place.offset + offset));
  }
  return vector;
}

function storeLanes(
  { k, result, vectorAxis: axis }: SinkContext,
  place: Place,
  vector: KernelValue,
  lanes: number,
): void {
  if (axis < 0 && lanes > 1) throw new InternalError('sink', 'only one lane can be stored without a vector axis');
  for (let lane = 0; lane < lanes; lane++) {
    k.storeLane(place.address, vector, lane, place.offset + lane * result.bytes);
  }
}
