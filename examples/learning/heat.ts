/** A network that learns to solve the heat equation from the equation alone, and is held against its solution. */
import { orQuit } from '../digits/outcome.ts';
import { chipWith, type Learned } from './learn.ts';

/** As in heat.dnn. */
const diffusion = 0.1;

export async function solveHeat(steps: number): Promise<Learned & { readonly worst: number }> {
  const chip = await chipWith('heat');
  console.log('A network learns how a rod cools down. It is given no data: points are drawn.\n\n   step     loss');
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const rate = Float32Array.of(0.005 * (1 - step / steps) + 1e-4);
    losses.push(Number(orQuit(chip.run('fit', { rate }))['loss'][0]));
    if (step % Math.ceil(steps / 10) === 0) {
      console.log(`${String(step).padStart(7)}  ${losses[step - 1].toFixed(5).padStart(7)}`);
    }
  }
  const places = Array.from({ length: 11 }, (_, i) => i / 10);
  const errors = places.flatMap(x =>
    places.map(time => {
      const { output } = orQuit(chip.run('rod', { at: Float32Array.of(x, time) }));
      return Math.abs(Number(output[0]) - solution(x, time));
    }),
  );
  const worst = Math.max(...errors);
  console.log(`\nNowhere is it further than ${worst.toFixed(4)} from the solution, which begins with 1 in the middle.`);
  return { first: losses[0], last: losses[losses.length - 1], worst };
}

function solution(x: number, time: number): number {
  return Math.exp(-(Math.PI ** 2) * diffusion * time) * Math.sin(Math.PI * x);
}
