/** Parts of which stages of networks are made. */
import type { Args } from '../describe/program.ts';
import type { Sketch } from './sketch.ts';

/** Makes the next tensor from x; returns x itself if the stage does not fit it. */
export type Stage = (net: Sketch, x: string) => string;

/** `callee(x, …)` with a unique label; x itself if that would be a mistake. */
export function through(net: Sketch, x: string, callee: string, args: Args = {}): string {
  return net.call(callee, [x], args, true) ?? x;
}

export function shapeOf(net: Sketch, x: string): readonly number[] {
  return net.typeOf(x).shape;
}

export const activated: Stage = (net, x) =>
  net.pick.chance(0.2)
    ? x
    : through(
        net,
        x,
        net.pick.one(['relu', 'relu', 'relu', 'silu', 'gelu', 'hard_swish', 'leaky_relu', 'tanh', 'elu']),
      );

/** The sum of x and y, or of a projection of x and y if the shapes differ. */
export function residual(net: Sketch, x: string, y: string, project: Stage): string {
  const shape = shapeOf(net, y).join();
  const shortcut = shapeOf(net, x).join() === shape ? x : project(net, x);
  return (shapeOf(net, shortcut).join() === shape ? net.call('add', [y, shortcut]) : undefined) ?? y;
}

export function divisors(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter(i => n % i === 0);
}
