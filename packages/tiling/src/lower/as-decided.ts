/** Brings values to where another plan had them, so that kernels add up what they read in the same order. */
import { denseBytes, denseHome, type Home, liesLike, spacedBytes, spacedHome } from '../geometry/home.ts';
import { atOnce, type Lowered, type Registries } from './context.ts';
import { Exchange } from './exchange.ts';

/** `home`, or a copy of it that lies as `decided`. */
export function operandAsDecided(home: Home, decided: Home | undefined, name: string, registries: Registries): Lowered {
  if (decided === undefined || home.where !== 'tiles' || liesLike(home, decided)) return atOnce(home);
  const copy = homeAsDecided(decided, name, registries);
  const { origin } = registries.buffers.at(home.buffer);
  const exchange = new Exchange(registries.codes, `${name} · as decided`, origin);
  exchange.bringAll(home, copy);
  return { result: copy, phases: exchange.phases(), moves: [] };
}

/** Where inside another a result is computed that lay as `decided`: in `part` if it lies like that, else in room of its own that does. */
export function partAsDecided(
  part: Home | undefined,
  decided: Home | undefined,
  name: string,
  registries: Registries,
): Home | undefined {
  if (decided === undefined) return part;
  if (decided.dense) return undefined;
  return part && liesLike(part, decided) ? part : homeAsDecided(decided, name, registries);
}

/** A home with a new buffer that lies as `decided`. */
function homeAsDecided({ type, grid, layout, cell }: Home, name: string, { chip, buffers }: Registries): Home {
  const { tiles } = chip;
  const bytes = layout ? denseBytes(type, grid, layout, tiles) : spacedBytes(type, grid, cell, tiles);
  const buffer = buffers.add({ name, kind: 'activation', type, bytes, origin: {} });
  return layout ? denseHome(type, grid, layout, buffer, tiles) : spacedHome(type, grid, cell, buffer, tiles);
}
