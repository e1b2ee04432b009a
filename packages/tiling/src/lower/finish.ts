/** The end of a program: its outputs are copied to the host window, then the last new values of variables over the old ones. */
import { elementBytes, fullBox, type Program, rowMajor, tensorBytes, type ValueId } from '@tessera/graph';
import { cellBox } from '../geometry/grid.ts';
import { denseBytes, denseHome, type Home, hostHome } from '../geometry/home.ts';
import { copyNests } from '../geometry/nest.ts';
import type { HostTensor } from '../program.ts';
import { Exchange } from './exchange.ts';
import { type Lowering, settleVariable } from './lowering.ts';
import { bringAll, noteUpdate } from './updates.ts';

export function lowerOutputs(program: Program, home: (value: ValueId) => Home, lowering: Lowering): HostTensor[] {
  const { assembly } = lowering;
  const exchange = new Exchange(assembly, `${program.name} · outputs`, program.origin);
  const outputs = program.graph.outputs.map(({ name, value }) => {
    const source = home(value);
    const { type } = source;
    const buffer = assembly.buffer(
      name,
      'host',
      type,
      Float64Array.of(tensorBytes(type)),
      program.graph.nodes[value].origin,
    );
    const target = hostHome(type, buffer).cell(0);
    for (let cell = 0; cell < source.grid.tileOf.length; cell++) {
      const bytes = elementBytes[type.element];
      const tile = source.where === 'tiles' ? source.grid.tileOf[cell] : 0;
      for (const nest of copyNests(fullBox(type.shape), source.cell(cell), target, bytes)) {
        exchange.copy(tile, nest, bytes, source.buffer, tile, buffer, 0);
      }
    }
    return { name, type, buffer };
  });
  exchange.finish();
  return outputs;
}

/** The updates that had to wait go over the old values, after everything that reads those; prepared values stay where they are. */
export function lowerUpdates(
  updates: Program['graph']['updates'],
  program: Program,
  home: (value: ValueId) => Home,
  lowering: Lowering,
): void {
  const { assembly, module } = lowering;
  const snapshots = new Exchange(assembly, `${program.name} · snapshot`, program.origin);
  const exchange = new Exchange(assembly, `${program.name} · update`, program.origin);
  for (const { variable, value } of updates) {
    let source = home(value);
    const owner = assembly.buffers[source.buffer];
    const { kind } = module.variables[variable];
    if (
      kind === 'prepared' &&
      source.dense &&
      owner.kind === 'activation' &&
      lowering.variables[variable] === undefined
    ) {
      assembly.buffers[source.buffer] = {
        ...owner,
        name: module.variables[variable].path,
        kind: 'prepared',
        resident: true,
      };
      lowering.variables[variable] = source;
      continue;
    }
    if (owner.resident && source.where === 'tiles') source = snapshot(source, snapshots, lowering);
    const target = lowering.variables[variable] ?? settleVariable(variable, lowering);
    const { origin } = program.graph.nodes[value];
    const buffer = kind === 'prepared' ? target.buffer : assembly.newValue(target.buffer, origin);
    bringAll(source, { ...target, buffer }, exchange);
    if (kind !== 'prepared') noteUpdate(buffer, source, origin, 'the old value is read until the end', lowering);
  }
  snapshots.finish();
  exchange.finish();
}

/** A copy of a resident's old value, so that no byte written in the update phase is read in it. */
function snapshot(source: Home, exchange: Exchange, lowering: Lowering): Home {
  const { assembly, options } = lowering;
  const layout = source.layout ?? rowMajor(source.type.shape.length);
  const bytes = denseBytes(source.type, source.grid, layout, options.chip.tiles);
  const buffer = assembly.buffer('old value', 'activation', source.type, bytes, {});
  for (let cell = 0; cell < source.grid.tileOf.length; cell++) {
    exchange.gather(source, cellBox(source.grid.cuts, cell), layout, source.grid.tileOf[cell], buffer);
  }
  return denseHome(source.type, source.grid, layout, buffer, options.chip.tiles);
}
