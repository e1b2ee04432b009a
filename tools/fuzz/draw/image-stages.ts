/** Stages of well-known networks over images `[n, c, h, w]` and signals `[n, c, t]`. */
import type { Args } from '../describe/program.ts';
import { activated, divisors, residual, type Stage, shapeOf, through } from './network-parts.ts';
import type { Sketch } from './sketch.ts';

const mostChannels = 16;

function convolved(net: Sketch, x: string, channels: number, args: Args): string {
  return through(net, x, shapeOf(net, x).length === 3 ? 'conv1d' : 'conv2d', { channels, ...args });
}

function someChannels({ pick }: Sketch): number {
  return pick.one([2, 3, 4, 5, 6, 7, 8, 12, 16]);
}

const normalised: Stage = (net, x) => {
  const { pick } = net;
  const draw = pick.real();
  if (draw < 0.45) return through(net, x, 'batch_norm');
  return draw < 0.6 ? through(net, x, 'group_norm', { groups: pick.one(divisors(shapeOf(net, x)[1])) }) : x;
};

const finished: Stage = (net, x) => activated(net, normalised(net, x));

/** Kernel, stride and padding of a convolution, sometimes without a bias. */
function windowOf({ pick }: Sketch): Args {
  const kernel = pick.one([1, 2, 3, 3, 3, 5]);
  const stride = pick.one([1, 1, 1, 2, 3]);
  return {
    kernel,
    stride: stride > 1 ? stride : undefined,
    padding: pick.chance(0.75) ? Math.floor(kernel / 2) : undefined,
    dilation: pick.chance(0.1) ? 2 : undefined,
    bias: pick.chance(0.4) ? false : undefined,
  };
}

const plain: Stage = (net, x) => finished(net, convolved(net, x, someChannels(net), windowOf(net)));

const depthwise: Stage = (net, x) => {
  const channels = shapeOf(net, x)[1];
  const y = finished(net, convolved(net, x, channels, { ...windowOf(net), groups: channels }));
  return net.pick.chance(0.7) ? finished(net, convolved(net, y, someChannels(net), { kernel: 1 })) : y;
};

const grouped: Stage = (net, x) => {
  const groups = net.pick.one(divisors(shapeOf(net, x)[1]));
  const channels = groups * net.pick.int(1, Math.max(1, Math.floor(16 / groups)));
  return finished(net, convolved(net, x, channels, { ...windowOf(net), groups }));
};

/** A residual block as in ResNet. */
const residualBlock: Stage = (net, x) => {
  const stride = net.pick.one([1, 1, 2]);
  const channels = net.pick.chance(0.6) ? shapeOf(net, x)[1] : someChannels(net);
  const inner = finished(net, convolved(net, x, channels, { kernel: 3, stride, padding: 1, bias: false }));
  const y = normalised(net, convolved(net, inner, channels, { kernel: 3, padding: 1, bias: false }));
  return activated(
    net,
    residual(net, x, y, (_, from) => convolved(net, from, channels, { kernel: 1, stride })),
  );
};

/** An inverted residual block as in MobileNetV2. */
const invertedResidual: Stage = (net, x) => {
  const wide = Math.min(mostChannels, shapeOf(net, x)[1] * net.pick.int(1, 4));
  const out = net.pick.chance(0.6) ? shapeOf(net, x)[1] : someChannels(net);
  const stride = net.pick.one([1, 1, 2]);
  const expanded = finished(net, convolved(net, x, wide, { kernel: 1, bias: false }));
  const inner = finished(net, convolved(net, expanded, wide, { kernel: 3, stride, padding: 1, groups: wide }));
  const y = normalised(net, convolved(net, net.pick.chance(0.4) ? squeezed(net, inner) : inner, out, { kernel: 1 }));
  return residual(net, x, y, (_, from) => from);
};

/** Squeeze and excitation. */
const squeezed: Stage = (net, x) => {
  const shape = shapeOf(net, x);
  const mean = through(net, x, 'global_avg_pool');
  const less = activated(net, through(net, mean, 'dense', { units: Math.max(1, Math.floor(shape[1] / 3)) }));
  const gate = through(
    net,
    through(net, less, 'dense', { units: shape[1] }),
    net.pick.one(['sigmoid', 'hard_sigmoid']),
  );
  const wide = net.call('reshape', [gate], { shape: [shape[0], shape[1], ...shape.slice(2).map(() => 1)] });
  return (wide && net.call('mul', [x, wide])) ?? x;
};

/** A channel shuffle as in ShuffleNet. */
const shuffled: Stage = (net, x) => {
  const [batch, channels, ...space] = shapeOf(net, x);
  const groups = net.pick.one(divisors(channels));
  const apart = net.call('reshape', [x], { shape: [batch, groups, channels / groups, ...space] });
  const turned = apart && net.call('transpose', [apart], { axes: [0, 2, 1, ...space.map((_, i) => i + 3)] });
  const joined = turned && net.call('reshape', [turned], { shape: [batch, channels, ...space] });
  return joined ?? x;
};

const pooled: Stage = (net, x) => {
  const { pick } = net;
  const kernel = pick.int(2, 3);
  const padding = pick.chance(0.3) ? 1 : undefined;
  const stride = pick.chance(0.8) ? 2 : 1;
  return through(net, x, pick.one(['max_pool', 'max_pool', 'avg_pool']), { kernel, stride, padding });
};

/** Parallel branches as in Inception and DenseNet. */
const branched: Stage = (net, x) => {
  const one = finished(net, convolved(net, x, net.pick.int(1, 6), { kernel: 1 }));
  const other = net.pick.chance() ? x : finished(net, convolved(net, x, net.pick.int(1, 6), { kernel: 3, padding: 1 }));
  return net.call('concat', [one, other], { axis: 1 }) ?? x;
};

const enlarged: Stage = (net, x) => {
  const { pick } = net;
  const space = shapeOf(net, x).slice(2);
  if (pick.chance() || space.length === 1) {
    return through(net, x, 'upsample', { scale: 2, mode: pick.one(['nearest', 'bilinear']) });
  }
  const stride = pick.int(1, 2);
  return finished(
    net,
    through(net, x, 'conv_transpose2d', { channels: pick.int(1, 8), kernel: pick.int(1, 3), stride }),
  );
};

/** Attention between all positions, as in a ViT. */
const attentive: Stage = (net, x) => {
  const [batch, channels, ...space] = shapeOf(net, x);
  const places = space.reduce((product, extent) => product * extent, 1);
  if (places > 64) return pooled(net, x);
  const rows = net.call('reshape', [x], { shape: [batch, channels, places] }) as string;
  const tokens = net.call('transpose', [rows], { axes: [0, 2, 1] }) as string;
  const normal = through(net, tokens, 'layer_norm');
  const seen = through(net, normal, 'multi_head_attention', { heads: net.pick.one(divisors(channels)) });
  const sum = residual(net, tokens, seen, (_, from) => from);
  const back = net.call('transpose', [sum], { axes: [0, 2, 1] }) as string;
  return net.call('reshape', [back], { shape: [batch, channels, ...space] }) as string;
};

const dropped: Stage = (net, x) => through(net, x, 'dropout', { rate: 0.2 });

export const imageStages: readonly Stage[] = [
  plain,
  plain,
  depthwise,
  depthwise,
  grouped,
  residualBlock,
  invertedResidual,
  squeezed,
  (net, x) => depthwise(net, shuffled(net, grouped(net, x))),
  pooled,
  branched,
  enlarged,
  attentive,
  dropped,
];
