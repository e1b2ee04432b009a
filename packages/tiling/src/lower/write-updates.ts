/** Copies new values of variables over the old ones, those that do not lie there already. */
import { type Origin, type Program, sameLayout, type ValueId } from '@tessera-dnn/graph';
import { sameGrid } from '../geometry/grid.ts';
import { denseHome, type Home } from '../geometry/home.ts';
import type { BufferId, Moved } from '../program.ts';
import type { Buffers } from './buffers.ts';
import { atOnce, inOrder, type Lowered } from './context.ts';
import { Exchange } from './exchange.ts';
import type { Lowering } from './lowering.ts';
import type { Update, UpdatePlan } from './updates.ts';

/** Where the values of a program's nodes lie. */
export interface Values {
  readonly program: Program;
  readonly home: (value: ValueId) => Home;
}

/** Gives the values' new homes: from here on they are read where the variable is, so that their own memory is free. */
export function writeUpdates(
  updates: readonly Update[],
  plan: UpdatePlan,
  values: Values,
  lowering: Lowering,
): Lowered<ReadonlyMap<ValueId, Home>> {
  const written = inOrder(updates.map(update => writeUpdate(update, plan, values, lowering)));
  const moved = new Map<ValueId, Home>();
  updates.forEach(({ value }, i) => {
    const to = written.result[i];
    if (to && !moved.has(value)) moved.set(value, to);
  });
  return { ...written, result: moved };
}

/** Where the value is read from now on, if that is another place than before. */
function writeUpdate(
  { variable, value }: Update,
  plan: UpdatePlan,
  { program, home }: Values,
  { module, registries, residents }: Lowering,
): Lowered<Home | undefined> {
  const { buffers, codes, chip } = registries;
  const source = home(value);
  const target = residents.variable(variable);
  if (buffers.at(source.buffer).replaces === target.buffer) return atOnce(undefined);
  const { origin } = program.graph.nodes[value];
  const exchange = new Exchange(codes, `${module.variables[variable].path} · update`, origin);
  const buffer = buffers.newValue(target.buffer, origin);
  exchange.bringAll(source, { ...target, buffer });
  const reason = plan.over.get(value) === variable ? whyCopied(source, target) : 'the old value is read again later';
  const moved = target.layout && denseHome(source.type, target.grid, target.layout, buffer, chip.tiles);
  return {
    result: moved,
    phases: exchange.phases(),
    moves: [notedUpdate({ buffer, source, origin, reason }, buffers)],
  };
}

function whyCopied(source: Home, { layout, grid }: Home): string {
  if (layout?.block) return 'the variable is stored in blocks for its readers, not row by row';
  if (layout && source.layout && !sameLayout(layout, source.layout))
    return 'the new value is computed in another layout';
  return sameGrid(source.grid, grid)
    ? 'the operation still needs other elements of the old value when it stores the new one'
    : 'the new value is split over the tiles in another way';
}

/** A new value in `buffer` that was computed elsewhere. */
interface CopiedUpdate {
  readonly buffer: BufferId;
  readonly source: Home;
  readonly origin: Origin;
  readonly reason: string;
}

/** For those who ask why a new value was copied over the old one. */
export function notedUpdate({ buffer, source, origin, reason }: CopiedUpdate, buffers: Buffers): Moved {
  const { name, bytes, replaces } = buffers.at(buffer);
  const most = bytes.reduce((a, b) => Math.max(a, b), 0);
  return { name, origin, from: replaces ?? source.buffer, to: buffer, bytes: most, reason };
}
