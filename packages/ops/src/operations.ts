/** Makes a table of a list of operations: those of this package, or these and some from outside. */
import { assertThat } from '@tessera-dnn/diagnostics';
import type { OpDef, OpRole, OpTable, Rule } from '@tessera-dnn/graph/op';
import { masked, part, reshaped } from './define/gradient.ts';
import type { DefinedOp } from './define/op.ts';
import { add } from './elementwise/add.ts';
import { cast } from './elementwise/cast.ts';
import { floor } from './elementwise/floor.ts';
import { inFull } from './elementwise/in-full.ts';
import { maximum } from './elementwise/maximum.ts';
import { minimum } from './elementwise/minimum.ts';
import { sqrt } from './elementwise/sqrt.ts';
import { stochasticRound } from './elementwise/stochastic-round.ts';
import { stopGradient } from './elementwise/stop-gradient.ts';
import { where } from './elementwise/where.ts';
import { reshape } from './movement/reshape.ts';
import { slice } from './movement/slice.ts';
import { randomNormal } from './random/normal.ts';
import { randomUniform } from './random/uniform.ts';
import { max } from './reduction/max.ts';
import { min } from './reduction/min.ts';
import { sum } from './reduction/sum.ts';
import { rulesOver } from './rules/rules.ts';

/** A table of operations. If these are of type `DefinedOp`, it also says what tests need to know of them. */
export interface Ops<Op extends OpDef = DefinedOp> extends OpTable {
  readonly all: readonly Op[];
  find(name: string): Op | undefined;
}

const roles: Readonly<Record<OpRole, string>> = {
  addition: add.name,
  cast: cast.name,
  choice: where.name,
  stop: stopGradient.name,
  reshape: reshape.name,
  slice: slice.name,
  total: sum.name,
  greatest: max.name,
  least: min.name,
  greater: maximum.name,
  lesser: minimum.name,
  root: sqrt.name,
  floor: floor.name,
  uniform: randomUniform.name,
  normal: randomNormal.name,
  dither: stochasticRound.name,
  full: inFull.name,
};

/**
 * The table of `all`, which must contain every operation of this package. `rules` are tried after the rules of this package. Throws an
 * `InternalError` if two operations have the same name, since a program could not say which it means.
 */
export function tableOf<Op extends OpDef>(all: readonly Op[], rules: readonly Rule[] = []): Ops<Op> {
  const byName = new Map(all.map(op => [op.name, op]));
  const [twice] = all.filter(op => byName.get(op.name) !== op);
  assertThat(twice === undefined, 'ops', 'two operations have one name', twice?.name);
  return {
    all,
    find: name => byName.get(name),
    rules: [...rulesOver(all), ...rules],
    roles,
    masked,
    pick: (build, value, index) => {
      const [, ...shape] = build.type(value).shape;
      const row = part(build, value, [index, ...shape.map(() => 0)], [1, ...shape]);
      return reshaped(build, row, shape);
    },
  };
}
