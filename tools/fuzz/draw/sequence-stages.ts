/** Stages of networks over sequences `[n, t, c]`. */
import { activated, divisors, residual, type Stage, shapeOf, through } from './network-parts.ts';

const keeps: Stage = (_, x) => x;

/** A transformer's layer, with norms before or after its parts. */
const transformer: Stage = (net, x) => {
  const { pick } = net;
  const norm: Stage = (_, y) => through(net, y, pick.one(['layer_norm', 'rms_norm']));
  const channels = shapeOf(net, x)[2];
  const isFirst = pick.chance();
  const causal = pick.chance() ? true : undefined;
  const seen = through(net, isFirst ? norm(net, x) : x, 'multi_head_attention', {
    heads: pick.one(divisors(channels)),
    causal,
  });
  const sum = residual(net, x, seen, keeps);
  const middle = isFirst ? sum : norm(net, sum);
  const wide = activated(net, through(net, isFirst ? norm(net, middle) : middle, 'dense', { units: pick.int(2, 24) }));
  const out = residual(net, middle, through(net, wide, 'dense', { units: channels }), keeps);
  return isFirst ? out : norm(net, out);
};

const recurrent: Stage = (net, x) => through(net, x, net.pick.one(['lstm', 'gru']), { units: net.pick.int(2, 9) });

const perceptron: Stage = (net, x) => activated(net, through(net, x, 'dense', { units: net.pick.int(2, 20) }));

/** A convolution along the steps. */
const convolved: Stage = (net, x) => {
  const turned = net.call('transpose', [x], { axes: [0, 2, 1] }) as string;
  const groups = net.pick.chance() ? shapeOf(net, turned)[1] : 1;
  const channels = groups * net.pick.int(1, groups > 4 ? 1 : 4);
  const y = through(net, turned, 'conv1d', {
    channels,
    kernel: 3,
    padding: 1,
    groups: groups > 1 ? groups : undefined,
  });
  return net.call('transpose', [activated(net, y)], { axes: [0, 2, 1] }) as string;
};

const dropped: Stage = (net, x) => through(net, x, 'dropout', { rate: 0.1 });

export const sequenceStages: readonly Stage[] = [transformer, transformer, recurrent, perceptron, convolved, dropped];
