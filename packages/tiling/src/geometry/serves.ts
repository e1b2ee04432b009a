/** Whether a value can be read where it lies. */
import { type Layout, sameLayout } from '@tessera-dnn/graph';
import type { LayoutRequest } from '@tessera-dnn/graph/op';
import type { Home } from './home.ts';

/** Whether a kernel that asks for `request` can read a part of `home` where it lies. */
export function layoutServes(home: Home, request: LayoutRequest): boolean {
  if (request === 'any') return home.layout?.block === undefined;
  if (home.layout !== undefined) return sameLayout(home.layout, request) || sameMemory(home, request);
  return sameMemory(home, request);
}

/**
 * Different axis orders are the same memory when only axes of extent 1 trade places; and kernels take any strides, as long as the axes lie
 * in the order they ask for, the innermost element by element.
 */
function sameMemory(home: Home, request: Layout): boolean {
  if (request.block || home.layout?.block || home.where === 'everywhere') return false;
  for (let cell = 0; cell < home.grid.tileOf.length; cell++) {
    const view = home.cell(cell);
    let step = 1;
    for (let i = request.order.length - 1; i >= 0; i--) {
      const axis = request.order[i];
      if (view.box.count[axis] === 1) continue;
      if (step === 1 ? view.strides[axis] !== 1 : view.strides[axis] < step) return false;
      step = view.strides[axis] * view.box.count[axis];
    }
  }
  return true;
}
