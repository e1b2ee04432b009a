/** Slices as indices: `x[:, 0:4]`. */
import type { Arguments } from '@tessera-dnn/graph/op';

/** The brackets behind a tensor of this shape; axes that are taken whole at the end are left out. */
export function sliceText(shape: readonly number[], args: Arguments): string {
  const [start, count] = [args['start'], args['count']] as readonly (readonly number[])[];
  const step = (args['step'] as readonly number[] | undefined) ?? shape.map(() => 1);
  const parts = shape.map((extent, axis) => range(extent, start[axis], count[axis], step[axis]));
  while (parts.length > 1 && parts.at(-1) === ':') parts.pop();
  return `[${parts.join(', ')}]`;
}

function range(extent: number, start: number, count: number, step: number): string {
  if (start === 0 && count === extent && step === 1) return ':';
  const suffix = step === 1 ? '' : `:${step}`;
  const end = start + (count - 1) * step + Math.sign(step);
  // Walking backwards to the first element, there is no number that is before it.
  return `${start}:${end < 0 ? '' : end}${suffix}`;
}
