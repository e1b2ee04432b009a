/** Draws a random file: blocks, and models and trains that call them, made of random operations and layers. */
import { elementCount, isFloat, sameType, type TensorType } from '@tessera-dnn/graph';
import { ops, type Pick } from '@tessera-dnn/ops';
import { type Body, type FileDescription, readsOf } from '../describe/program.ts';
import { mostElements } from '../describe/types.ts';
import { drawIdiom } from './idioms.ts';
import { drawIndexing } from './indexing.ts';
import { layers } from './layers.ts';
import { drawOperation } from './operations.ts';
import { Sketch } from './sketch.ts';
import { drawLoss, drawMinimisation, lastFloat } from './training.ts';

const views = ['slice', 'reshape', 'transpose', 'broadcast_to', 'pad', 'concat', 'stack'];
const operators = ['add', 'sub', 'mul', 'maximum', 'minimum', 'where', 'add', 'mul'];
const callable = ops.all.map(({ name }) => name);
const layerNames = Object.keys(layers);

/** A file of blocks and programs, one or two of which are trains. */
export function drawFile(pick: Pick): FileDescription {
  const bodies: Body[] = [];
  if (pick.chance(0.35)) bodies.push(drawBody(pick, 'block', 'a', bodies));
  if (pick.chance(0.6)) bodies.push(drawBody(pick, 'model', 'b', bodies));
  if (pick.chance(0.15)) bodies.push(drawBody(pick, 'model', 'c', bodies));
  if (pick.chance(0.65) || bodies.every(({ kind }) => kind === 'block')) {
    bodies.push(drawBody(pick, 'train', 'd', bodies));
    if (pick.chance(0.12)) bodies.push(drawBody(pick, 'train', 'e', bodies));
  }
  return { bodies };
}

function drawBody(pick: Pick, kind: Body['kind'], name: string, before: readonly Body[]): Body {
  const sketch = new Sketch(pick, kind, name, before);
  const leaves = pick.int(1, 3);
  for (let i = 0; i < leaves; i++) {
    const type = drawType(pick);
    if (kind === 'block') sketch.input(type);
    else sketch.leaf(type);
  }
  const length = pick.one([1, 2, 3, 4, 5, 7, 10, 14]);
  for (const block of before) if (pick.chance(0.8)) callBody(sketch, block);
  if (pick.chance(0.3)) drawIdiom(sketch);
  for (let i = 0; i < length; i++) drawCall(sketch);
  if (kind === 'block') return sketch.finish([lastOf(sketch)]);
  if (kind === 'train') train(sketch);
  assignStates(sketch);
  return sketch.finish(drawOutputs(sketch));
}

function drawType(pick: Pick): TensorType {
  const element = pick.one(['f32', 'f32', 'f32', 'f32', 'f32', 'i32', 'bool'] as const);
  if (pick.chance(0.15)) return { element, shape: pick.one([[], [1], [1, 1], [1, 1, 1]]) };
  return { element, shape: pick.chance(0.75) ? pick.shape(1, 4) : drawWideShape(pick) };
}

/** A shape with extents that are cut over tiles, but not into equal parts. */
function drawWideShape(pick: Pick): readonly number[] {
  const extents = [3, 5, 7, 8, 12, 16, 17, 24, 31, 33, 40, 65];
  const shape = Array.from({ length: pick.int(1, 4) }, () => pick.one(extents));
  while (elementCount(shape) > mostElements / 4) shape[pick.int(0, shape.length - 1)] = pick.int(1, 5);
  return shape;
}

function drawCall(sketch: Sketch): string | undefined {
  const { pick } = sketch;
  const kind = pick.real();
  if (kind < 0.3) return drawLayer(sketch, pick.one(layerNames));
  if (kind < 0.5) return drawOperation(sketch, pick.one(operators));
  if (kind < 0.6) return drawOperation(sketch, pick.one(views));
  if (kind < 0.67) return drawIndexing(sketch);
  return drawOperation(sketch, pick.one(callable));
}

export function drawLayer(sketch: Sketch, block: string): string | undefined {
  return layers[block](sketch, block);
}

/** Calls a body, with or without a label. One with several results is skipped, since it cannot stand for a tensor. */
function callBody(sketch: Sketch, { name, inputs, kind, outputs }: Body): void {
  const { pick } = sketch;
  if (outputs.length > 1 || kind === 'train') return;
  const operands = inputs.map(({ type }) => sketch.fitted(type));
  const args = kind === 'model' && sketch.kind === 'train' && pick.chance(0.15) ? { training: false } : {};
  sketch.call(name, operands, args, kind === 'block' && pick.chance(0.4));
}

function lastOf(sketch: Sketch): string {
  return sketch.values[sketch.values.length - 1].name;
}

function train(sketch: Sketch): void {
  const { pick } = sketch;
  const last = lastFloat(sketch) ?? sketch.fitted({ element: 'f32', shape: [pick.int(1, 9)] });
  const learns = paramsBehind(sketch, last).length > 0;
  const value = learns && pick.chance(0.6) ? last : withParam(sketch, last);
  const loss = drawLoss(sketch, value);
  if (loss === undefined) return;
  const params = paramsBehind(sketch, loss);
  if (params.length < 2 || pick.chance(0.7)) {
    sketch.statements.push(drawMinimisation(sketch, loss, pick.chance(0.2) ? [pick.one(params)] : undefined));
    return;
  }
  const half = pick.int(1, params.length - 1);
  for (const only of [params.slice(0, half), params.slice(half)]) {
    sketch.statements.push(drawMinimisation(sketch, loss, only));
    if (pick.chance(0.3)) drawCall(sketch);
  }
}

/** Combines the value with a new param. */
function withParam(sketch: Sketch, value: string): string {
  const param = sketch.variable(sketch.typeOf(value), 'param');
  return sketch.call(sketch.pick.one(['mul', 'add']), [value, param]) as string;
}

/** The body's own params that a value depends on and that a gradient probably reaches. */
function paramsBehind(sketch: Sketch, value: string): readonly string[] {
  const wanted = new Set([value]);
  for (const statement of sketch.statements.toReversed()) {
    const isRead = statement.kind === 'let' && wanted.has(statement.name) && isFloat(statement.type.element);
    if (isRead && !stops.has(statement.call.callee)) for (const name of readsOf(statement)) wanted.add(name);
  }
  return sketch.variables.filter(({ name, kind }) => kind === 'param' && wanted.has(name)).map(({ name }) => name);
}

const stops = new Set(['stop_gradient', 'floor', 'sign', 'one_hot', 'cast']);

function assignStates(sketch: Sketch): void {
  for (const { name, kind, type } of sketch.variables) {
    if (kind !== 'state') continue;
    const value = sketch.some(other => sameType(other, type));
    if (value !== undefined) sketch.assign(name, value);
  }
}

/** The last value and some random others, among them inputs that are returned unchanged. */
function drawOutputs(sketch: Sketch): readonly string[] {
  const { pick, values } = sketch;
  const isRead = (name: string) => sketch.variables.every(variable => variable.name !== name);
  const names = values.map(({ name }) => name).filter(isRead);
  const floats = sketch.statements.flatMap(s => (s.kind === 'let' && isFloat(s.type.element) ? [s.name] : []));
  const last = names.at(-1) ?? lastOf(sketch);
  if (sketch.kind === 'model' && pick.chance(0.5)) return [floats.at(-1) ?? last];
  const chosen = [last, ...(pick.chance(0.6) ? floats.slice(-1) : [])];
  while (pick.chance(0.5)) chosen.push(pick.one(names.length > 0 ? names : [lastOf(sketch)]));
  return [...new Set(chosen)];
}
