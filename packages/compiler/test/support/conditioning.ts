/**
 * How far two right answers may be apart. A chip sums in another order and has functions a few units in the last place off, and what a
 * graph does with that is its own affair: a difference of near numbers makes it large, a comparison makes it a jump. So the oracle runs
 * again with every inexact result moved by about as much, and the spread of its answers is the tolerance, element by element.
 */
import { interpret, type Module, type Round, type Tensor } from '@tessera/graph';
import type { RandomModule } from '@tessera/graph/testing';
import { ops } from '@tessera/ops';

export interface Answer {
  readonly name: string;
  readonly wanted: Tensor;
  /** Per element; infinite where any number is as good as another. */
  readonly tolerance: Float64Array;
}

/** Relative size of the disturbance: 16 units in the last place. */
const noise = 2 ** -20;

/** All outputs and updates (by path) of the module's one program. */
export function answersOf({ module, inputs, variables }: RandomModule): readonly Answer[] {
  const runs = [Math.fround, disturbed(1), disturbed(2), disturbed(3), disturbed(4)].map(round =>
    named(module, interpret(module.programs[0].graph, ops, inputs, variables, round)),
  );
  return [...runs[0]].map(([name, wanted]) => {
    const others = runs.slice(1).map(run => run.get(name)?.data ?? wanted.data);
    return {
      name,
      wanted,
      tolerance: wanted.data.map((x, i) =>
        toleranceOf(
          x,
          others.map(data => data[i]),
        ),
      ),
    };
  });
}

function named(module: Module, { outputs, updates }: ReturnType<typeof interpret>): ReadonlyMap<string, Tensor> {
  const states = [...updates].map(([variable, tensor]) => [module.variables[variable].path, tensor] as const);
  return new Map([...Object.entries(outputs), ...states]);
}

function toleranceOf(x: number, others: readonly number[]): number {
  if (others.every(other => Object.is(other, x))) return Number.isFinite(x) ? 1e-5 * Math.abs(x) : 0;
  const spread = Math.max(...others.map(other => Math.abs(other - x)));
  return Number.isFinite(spread) ? 8 * spread + 1e-5 * Math.abs(x) : Number.POSITIVE_INFINITY;
}

/** Small multiples of 1/64 stay as they are: sums and products of such numbers are exact on every chip. */
function disturbed(seed: number): Round {
  let state = seed;
  return x => {
    const near = Math.fround(x);
    if (Number.isInteger(near * 64) && Math.abs(near) < 2 ** 16) return near;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return near * (1 + (state / 2 ** 31 - 1) * noise);
  };
}
