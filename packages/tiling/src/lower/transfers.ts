/** How the host reads, writes and initialises variables: copies between their homes and a dense tensor in the transfer area. */
import { elementBytes, fullBox, type Program, tensorBytes } from '@tessera-dnn/graph';
import { cellBox } from '../geometry/grid.ts';
import { type Home, hostHome } from '../geometry/home.ts';
import { copyNests } from '../geometry/nest.ts';
import type { TiledVariable, TransferStep } from '../program.ts';
import { FirstValues, firstValue } from './first-values.ts';
import type { Lowering } from './lowering.ts';
import { variableCells } from './resident-homes.ts';

/**
 * What the host needs of each variable but the prepared ones: where it lies, and the steps that read, write and first fill it. Weights at
 * hand are embedded; `init` computes the first values of others.
 */
export function tileVariables(lowering: Lowering, init: Program | undefined): TiledVariable[] {
  const { module, registries, residents, options } = lowering;
  const tiled: TiledVariable[] = [];
  const firsts = init && new FirstValues(init);
  module.variables.forEach((variable, id) => {
    if (variable.kind === 'prepared') return;
    const home = residents.variable(id);
    registries.buffers.enlarge(lowering.transfer, tensorBytes(variable.type));
    const weights = options.weights.get(variable.path);
    if (weights)
      residents.addContents({ buffer: home.buffer, type: variable.type, cells: variableCells(home), data: weights });
    tiled.push({
      index: tiled.length,
      path: variable.path,
      kind: variable.kind,
      type: variable.type,
      buffer: home.buffer,
      embedded: weights !== undefined,
      ...(variable.initialiser.kind === 'copy' && { copyOf: module.variables[variable.initialiser.of].path }),
      read: transferSteps(home, lowering, 'read'),
      write: transferSteps(home, lowering, 'write'),
      first: weights || !firsts ? [] : firstValue(firsts, id, lowering),
      cells: variableCells(home),
    });
  });
  return tiled;
}

function transferSteps(home: Home, lowering: Lowering, direction: 'read' | 'write'): TransferStep[] {
  const bytes = elementBytes[home.type.element];
  const area = hostHome(home.type, lowering.transfer).cell(0);
  const steps: TransferStep[] = [];
  for (let cell = 0; cell < home.grid.tileOf.length; cell++) {
    const view = home.cell(cell);
    const nests =
      direction === 'read'
        ? copyNests(fullBox(home.type.shape), view, area, bytes)
        : copyNests(cellBox(home.grid.cuts, cell), area, view, bytes);
    for (const nest of nests) {
      const tile = home.grid.tileOf[cell];
      const [inHome, inArea] = direction === 'read' ? [nest.from, nest.to] : [nest.to, nest.from];
      const homeSlot = { buffer: home.buffer, tile, offset: inHome };
      const areaSlot = { buffer: lowering.transfer, tile: 0, offset: inArea };
      steps.push({
        class: lowering.registries.codes.copyClass(nest.loops, bytes),
        slots: direction === 'read' ? [homeSlot, areaSlot] : [areaSlot, homeSlot],
      });
    }
  }
  return steps;
}
