/** The end of a program: its outputs are copied to the host window, then the last new values of variables over the old ones. */
import { elementBytes, fullBox, rowMajor, tensorBytes } from '@tessera-dnn/graph';
import { cellBox } from '../geometry/grid.ts';
import { denseBytes, denseHome, type Home, hostHome } from '../geometry/home.ts';
import { copyNests } from '../geometry/nest.ts';
import type { HostTensor, Moved } from '../program.ts';
import type { Lowered, Registries } from './context.ts';
import { Exchange } from './exchange.ts';
import type { Lowering } from './lowering.ts';
import type { Update } from './updates.ts';
import { notedUpdate, type Values } from './write-updates.ts';

/** Copies every output of the program, dense and row-major, into a buffer of its own in the host window. */
export function lowerOutputs({ program, home }: Values, { registries }: Lowering): Lowered<readonly HostTensor[]> {
  const exchange = new Exchange(registries.codes, `${program.name} · outputs`, program.origin);
  const outputs = program.graph.outputs.map(({ name, value }) => {
    const source = home(value);
    const { type } = source;
    const { origin } = program.graph.nodes[value];
    const bytes = Float64Array.of(tensorBytes(type));
    const buffer = registries.buffers.add({ name, kind: 'host', type, bytes, origin });
    sendWhole(source, hostHome(type, buffer), exchange);
    return { name, type, buffer };
  });
  return { result: outputs, phases: exchange.phases(), moves: [] };
}

/** Every tile sends what it has of `source`; the first alone where all have the same. */
function sendWhole(source: Home, target: Home, exchange: Exchange): void {
  const bytes = elementBytes[source.type.element];
  const to = { buffer: target.buffer, tile: 0 };
  for (let cell = 0; cell < source.grid.tileOf.length; cell++) {
    const tile = source.where === 'tiles' ? source.grid.tileOf[cell] : 0;
    for (const nest of copyNests(fullBox(source.type.shape), source.cell(cell), target.cell(0), bytes)) {
      exchange.copy({ tile, nest, bytes, from: { buffer: source.buffer, tile }, to });
    }
  }
}

/** The updates that had to wait go over the old values, after everything that reads those; prepared values stay where they are. */
export function lowerUpdates(
  updates: readonly Update[],
  { program, home }: Values,
  { registries, module, residents }: Lowering,
): Lowered<undefined> {
  const { buffers, codes } = registries;
  const snapshots = new Exchange(codes, `${program.name} · snapshot`, program.origin);
  const exchange = new Exchange(codes, `${program.name} · update`, program.origin);
  const moves: Moved[] = [];
  for (const { variable, value } of updates) {
    let source = home(value);
    const owner = buffers.at(source.buffer);
    const prepared = module.variables[variable].kind === 'prepared';
    if (prepared && source.dense && owner.kind === 'activation' && residents.variables[variable] === undefined) {
      residents.keep(variable, source);
      continue;
    }
    if (owner.resident && source.where === 'tiles') source = snapshot(source, snapshots, registries);
    const target = residents.variable(variable);
    const { origin } = program.graph.nodes[value];
    const buffer = prepared ? target.buffer : buffers.newValue(target.buffer, origin);
    exchange.bringAll(source, { ...target, buffer });
    const reason = 'the old value is read until the end';
    if (!prepared) moves.push(notedUpdate({ buffer, source, origin, reason }, buffers));
  }
  return { result: undefined, phases: [...snapshots.phases(), ...exchange.phases()], moves };
}

/** A copy of a resident's old value, so that no byte written in the update phase is read in it. */
function snapshot(source: Home, exchange: Exchange, { buffers, chip }: Registries): Home {
  const { type, grid } = source;
  const layout = source.layout ?? rowMajor(type.shape.length);
  const bytes = denseBytes(type, grid, layout, chip.tiles);
  const buffer = buffers.add({ name: 'old value', kind: 'activation', type, bytes, origin: {} });
  for (let cell = 0; cell < grid.tileOf.length; cell++) {
    exchange.gather(source, cellBox(grid.cuts, cell), layout, { buffer, tile: grid.tileOf[cell] });
  }
  return denseHome(type, grid, layout, buffer, chip.tiles);
}
