/**
 * Files from before every train owned its states. `fit.adam_0.step` and `fit.w.adam.mean` were called `adam_0.step` and `w.adam.mean` then, and
 * were one variable for all trains of a file. Where one train alone wants such a value, it is the same variable under another name;
 * where several do, the value belongs to all of them together and to none of them.
 */

/** What has to be known of a variable. */
interface Known {
  readonly path: string;
  readonly kind: string;
}

export interface Adopted<T> {
  /** The values under the names of today. */
  readonly values: ReadonlyMap<string, T>;
  /** Names in the file that several trains would take; then nothing was renamed. */
  readonly shared: readonly string[];
}

/** The saved values under the names that `variables` have, of a program with these `trains`. */
export function adoptFormerPaths<T>(
  saved: ReadonlyMap<string, T>,
  variables: readonly Known[],
  trains: readonly string[],
): Adopted<T> {
  const takers = takersOf(saved, variables, trains);
  const shared = [...takers].filter(([, paths]) => paths.length > 1).map(([former]) => former);
  if (takers.size === 0 || shared.length > 0) return { values: saved, shared };
  return { values: new Map([...saved].map(([path, value]) => [takers.get(path)?.[0] ?? path, value])), shared };
}

/** By former name, the states that lack a value of their own and had that name. */
function takersOf(
  saved: ReadonlyMap<string, unknown>,
  variables: readonly Known[],
  trains: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const present = new Set(variables.map(({ path }) => path));
  const takers = new Map<string, string[]>();
  for (const { path, kind } of variables) {
    const train = trains.find(name => path.startsWith(`${name}.`));
    if (kind !== 'state' || train === undefined || saved.has(path)) continue;
    const former = path.slice(train.length + 1);
    if (!saved.has(former) || present.has(former)) continue;
    takers.set(former, [...(takers.get(former) ?? []), path]);
  }
  return takers;
}

/** Why a value of a file is not taken. */
export function sharedByTrains(former: string): string {
  return `${former} was kept for all trains of the file together, and each has its own now`;
}
