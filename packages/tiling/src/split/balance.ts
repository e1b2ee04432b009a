/** Where work goes that leaves tiles idle: all begins on the first tiles, so these would hold and do more than others. */
import { type Grid, onTiles } from '../geometry/grid.ts';

/** `grid`, which lies on the first tiles, on that run of tiles whose `loadBytes` are the fewest. */
export function balanceTiles(grid: Grid, loadBytes: Float64Array): Grid {
  const cells = grid.tileOf.length;
  const tiles = loadBytes.length;
  let load = 0;
  for (let tile = 0; tile < cells; tile++) load += loadBytes[tile];
  let least = load;
  let base = 0;
  for (let first = 1; first + cells <= tiles; first++) {
    load += loadBytes[first + cells - 1] - loadBytes[first - 1];
    if (load < least) {
      least = load;
      base = first;
    }
  }
  return base === 0
    ? grid
    : onTiles(
        grid,
        grid.tileOf.map(tile => tile + base),
      );
}
