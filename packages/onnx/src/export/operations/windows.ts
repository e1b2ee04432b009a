/** Pools, and what makes feature maps larger. */

import { type Export, type Exporting, list, number, pads } from '../operator.ts';
import type { Attribute } from '../sketch.ts';

type Attributes = { readonly [name: string]: Attribute };

export const windows: { readonly [op: string]: Export } = {
  max_pool: given => given.emit('MaxPool', given.inputs, pool(given, borders(given))),
  avg_pool: given => {
    const { node, inputs, emit, integers } = given;
    const all = borders(given);
    const own = node.attributes['count_padding'] === true ? counted(given, all) : all.map(() => 0);
    const halves = [own.slice(0, own.length / 2), own.slice(own.length / 2)];
    // Padding that counts is made of real zeros, so that what stands beyond it is the only padding left, and counts nowhere.
    const isBordered = own.some(extent => extent > 0);
    const bordered = isBordered
      ? emit('Pad', [inputs[0], integers(halves.flatMap(half => [0, 0, ...half])), number(given, 0)])
      : inputs[0];
    const rest = all.map((extent, i) => extent - own[i]);
    return emit('AveragePool', [bordered], { ...pool(given, rest), count_include_pad: 0 });
  },
  upsample: given => {
    const { node, inputs, emit, constant } = given;
    const scales = [1, 1, ...list(given, 'scale')];
    const sizes = constant({ element: 'f32', shape: [scales.length] }, scales);
    const isNearest = node.attributes['mode'] === 'nearest';
    const attributes: Attributes = isNearest
      ? { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
      : { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
    return emit('Resize', [inputs[0], '', sizes], attributes);
  },
};

function pool(given: Exporting, pads: readonly number[]): Attributes {
  return { kernel_shape: list(given, 'kernel'), strides: list(given, 'stride'), pads };
}

/**
 * What has to stand in front of all axes, and behind them, for the last window to end there. So `ceil` need not be said, of which those that run models
 * have had several notions.
 */
function borders(given: Exporting): readonly number[] {
  const [kernel, stride] = [list(given, 'kernel'), list(given, 'stride')];
  const [counts, extents] = [given.node, given.operands[0]].map(({ type }) => type.shape.slice(2));
  const before = pads(given).slice(0, kernel.length);
  const behind = kernel.map((width, axis) =>
    Math.max((counts[axis] - 1) * stride[axis] + width - extents[axis] - before[axis], 0),
  );
  return [...before, ...behind];
}

/** Of these borders, what the program calls padding. */
function counted(given: Exporting, all: readonly number[]): readonly number[] {
  return pads(given).map((extent, i) => Math.min(extent, all[i]));
}
