/**
 * The gradients of one `minimize` as its optimiser gets them: those of this run, or the mean over the last `accumulate` runs, then scaled
 * down together if their norm is above `clip`. What is summed is f32.
 *
 * Accumulation keeps a sum per param and one count of runs. The first run of a round overwrites the sums, so that nothing has to clear
 * them. Only in the last run of a round, which is `due`, may the update take effect.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import type { ValueId, VariableId } from '@tessera-dnn/graph';
import type { Frame, ProgramState } from '../frame.ts';
import { LabelScope } from '../labels.ts';
import { originAt, scalarType, tensorValue } from '../tensors.ts';
import { integerValue, poison, type TensorValue, type Value } from '../value.ts';
import type { Selected } from './selection.ts';
import { hiddenState, inElement, stepsAt } from './steps.ts';
import { computed } from './storage.ts';

/** The derivative of the loss with respect to the param, as a node that the pass `differentiate` replaces. */
export function gradientOf(
  frame: Frame,
  program: ProgramState,
  loss: ValueId,
  { path, value }: Selected,
  span: Span,
): TensorValue {
  const origin = originAt({ ...frame, labels: new LabelScope(path) }, span);
  return tensorValue(program, program.graph.gradient(loss, value.id, origin));
}

// --------------------------------------------------------------------------------------------------------- accumulation

export interface Accumulated {
  /** Means over the runs of a round, which are complete only where `due`. */
  readonly gradients: readonly Value[];
  /** bool[]: whether this run ends a round. */
  readonly due: Value;
  /** Stores the new sums and the new count; to be called when the update is done. */
  readonly advance: () => void;
}

/** An accumulation: over how many runs, the param of each gradient with the path below which its sum is, and that of what all share. */
export interface Round {
  readonly runs: number;
  readonly params: readonly { readonly owner: VariableId; readonly path: string }[];
  readonly shared: string;
}

/** Means of the gradients over `runs` runs, at least 2. A gradient that is no tensor has been reported and stays poison. */
export function accumulate(
  frame: Frame,
  program: ProgramState,
  gradients: readonly Value[],
  { runs, params, shared }: Round,
  span: Span,
): Accumulated {
  const { symbol, op } = stepsAt(frame, span);
  const run = hiddenState(frame, program, `${shared}.$run`, { type: scalarType('i32') });
  const first = symbol('==', run.value, integerValue(0));
  const due = symbol('==', run.value, integerValue(runs - 1));
  const updates = [
    {
      id: run.id,
      value: op('choice', due, integerValue(0), symbol('+', run.value, integerValue(1))),
    },
  ];
  const means = gradients.map((gradient, index) => {
    if (gradient.kind !== 'tensor') return poison;
    const wide = inElement(frame, gradient, computed, span);
    const type = { ...gradient.type, element: computed };
    const sum = hiddenState(frame, program, `${params[index].path}.$sum`, {
      type,
      owner: params[index].owner,
      exact: true,
    });
    const total = op('choice', first, wide, symbol('+', sum.value, wide));
    updates.push({ id: sum.id, value: total });
    return symbol('*', total, 1 / runs);
  });
  const advance = () => {
    for (const { id, value } of updates) if (value.kind === 'tensor') program.current.set(id, value.id);
  };
  return { gradients: means, due, advance };
}

// -------------------------------------------------------------------------------------------------------------- clipping

/**
 * The gradients times min(1, limit / (norm + 1e-6)), where norm is the Euclidean one of all of them together: Pascanu, Mikolov and
 * Bengio 2013, with the small number of PyTorch's `clip_grad_norm_`. They are f32.
 */
export function clip(frame: Frame, gradients: readonly Value[], limit: Value, span: Span): readonly Value[] {
  const { symbol, op } = stepsAt(frame, span);
  const wide = gradients.map(gradient => inElement(frame, gradient, computed, span));
  const squares = wide.map(gradient => op('total', symbol('*', gradient, gradient)));
  const norm = op(
    'root',
    squares.reduce((total, square) => symbol('+', total, square)),
  );
  const scale = op('lesser', symbol('/', limit, symbol('+', norm, 1e-6)), 1);
  return wide.map(gradient => (gradient.kind === 'tensor' ? symbol('*', gradient, scale) : poison));
}
