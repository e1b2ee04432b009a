/**
 * Draws whole small networks and their training: what people build, with extents that do not divide evenly over tiles. A network is a chain
 * of stages of one kind of tensor (images or sequences), a head, and one or two training steps of all that.
 */
import type { ElementType } from '@tessera-dnn/graph';
import type { Pick } from '@tessera-dnn/ops';
import type { FileDescription } from '../describe/program.ts';
import { imageStages } from './image-stages.ts';
import { type Stage, through } from './network-parts.ts';
import { sequenceStages } from './sequence-stages.ts';
import { Sketch } from './sketch.ts';
import { drawMinimisation } from './training.ts';

export function drawNetwork(pick: Pick): FileDescription {
  const net = new Sketch(pick, 'model', 'net', []);
  const batch = pick.one([1, 1, 2, 3]);
  const element = pick.one(['f32', 'f32', 'f32', 'f32', 'f16', 'bf16'] as const);
  const features = pick.chance(0.75) ? onImages(net, batch, element) : onSequences(net, batch, element);
  const scores = head(net, features);
  const model = net.finish([scores]);
  const fit = new Sketch(pick, 'train', 'fit', [model]);
  const given = model.inputs.map(({ type }) => fit.input(type));
  const made = fit.call('net', given) as string;
  const loss = lossOf(fit, made);
  fit.statements.push(drawMinimisation(fit, loss, pick.chance(0.1) ? ['*.weight'] : undefined));
  if (pick.chance(0.1)) fit.statements.push(drawMinimisation(fit, loss, ['*.bias']));
  const bodies = pick.chance(0.7) ? [model, fit.finish([loss, made])] : [model];
  return { bodies };
}

function onImages(net: Sketch, batch: number, element: ElementType): string {
  const { pick } = net;
  const side = () => pick.int(3, 10);
  const shape = pick.chance(0.85) ? [batch, pick.int(1, 5), side(), side()] : [batch, pick.int(1, 6), pick.int(5, 16)];
  const image = net.input({ element, shape });
  return chain(net, image, imageStages, pick.int(1, 3));
}

function onSequences(net: Sketch, batch: number, element: ElementType): string {
  const { pick } = net;
  const [steps, channels] = [pick.int(2, 6), pick.one([4, 6, 8, 9, 12])];
  const isText = pick.chance();
  const ids = isText ? net.input({ element: 'i32', shape: [batch, steps] }) : '';
  const x = isText
    ? through(net, ids, 'embedding', { count: pick.int(5, 12), dims: channels })
    : net.input({ element, shape: [batch, steps, channels] });
  return chain(net, x, sequenceStages, pick.int(1, 2));
}

function chain(net: Sketch, first: string, stages: readonly Stage[], count: number): string {
  let x = first;
  for (let i = 0; i < count; i++) x = net.pick.one(stages)(net, x);
  return x;
}

function head(net: Sketch, x: string): string {
  const { pick } = net;
  const isSpatial = net.typeOf(x).shape.length > 2;
  const flat = isSpatial ? through(net, x, pick.one(['flatten', 'global_avg_pool', 'global_avg_pool'])) : x;
  const scores = through(net, flat, 'dense', { units: pick.int(1, 10) });
  return pick.chance(0.15) ? through(net, scores, pick.one(['sigmoid', 'tanh', 'softmax'])) : scores;
}

function lossOf(fit: Sketch, scores: string): string {
  const { pick } = fit;
  const type = fit.typeOf(scores);
  const label = pick.chance(0.6)
    ? fit.input({ element: 'i32', shape: type.shape.filter((_, axis) => axis !== 1) })
    : undefined;
  const other = pick.one(['mse', 'mse', 'mae', 'huber']);
  const loss = label ? fit.call('cross_entropy', [scores, label]) : fit.call(other, [scores, fit.input(type)]);
  return loss as string;
}
