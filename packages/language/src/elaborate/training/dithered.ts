/**
 * Rounds what an optimiser stores in 16 bits up or down by chance. Rounded to the nearest, a weight would not change at all by updates that are
 * smaller than half its unit. The numbers are drawn by seed, step and place, so that a run can be repeated, on any number of tiles.
 */
import { elementCount, type ValueId, type VariableId } from '@tessera-dnn/graph';
import { opInRole } from '@tessera-dnn/graph/op';
import type { Frame, ProgramState } from '../frame.ts';
import { placeOf, randomKey } from '../random.ts';

/** Rounds the new values that `program` has now and had not in `before`: floats of more than one element, if the session stores them in 16 bits. */
export function ditherUpdates(
  frame: Frame,
  program: ProgramState,
  before: ReadonlyMap<VariableId, ValueId>,
  label: string,
): void {
  const { precision, table, variables } = frame.session;
  if (precision === undefined) return;
  const { graph } = program;
  for (const [variable, value] of program.current) {
    const { shape, element } = graph.type(value);
    if (before.get(variable) === value || element !== 'f32' || elementCount(shape) === 1) continue;
    if (variables.get(variable).exact) continue;
    const { origin } = graph.node(value);
    const place = placeOf(`${program.name}/${label}/${program.draws++}`);
    const noise = graph.op(opInRole(table, 'uniform').name, randomKey(frame, program), { shape, place }, origin);
    const rounded = graph.op(opInRole(table, 'dither').name, [value, noise], { element: precision }, origin);
    program.current.set(variable, rounded);
  }
}
