/** The variables of a chip as it begins, and as they are when its states begin again. */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { Manifest, ManifestProgram } from '@tessera-dnn/machine';
import type { Code } from './explain/catalogue.ts';
import { succeeded } from './outcome.ts';
import { badSeed, isSeed } from './seed.ts';
import type { TensorData, TensorInput } from './tensor-data.ts';

/** Values of variables by path: a record or a map. */
export type Weights = { readonly [path: string]: TensorInput } | ReadonlyMap<string, TensorInput>;

/** What is done to the variables of a chip. */
export interface Access {
  read(path: string): Outcome<TensorData>;
  write(path: string, data: TensorInput): Outcome<void>;
  /** Gives all that are not embedded first values. */
  draw(seed: number): Outcome<void>;
}

/** First values of variables: which were drawn, and by which seed. */
export class FirstValues {
  readonly #variables: Manifest['variables'];
  readonly #access: Access;
  #seed = 0;
  /** Params that still have a value that was drawn, where nobody has asked for one. */
  readonly #unset = new Set<string>();
  /** Of the states, once they had to be found out. */
  #states: readonly (readonly [string, TensorData])[] | undefined;

  constructor(variables: Manifest['variables'], access: Access) {
    this.#variables = variables.filter(({ embedded }) => !embedded);
    this.#access = access;
  }

  /** Weights where there are some, and what `seed` draws for the others; nothing is drawn for nobody. Those of `later` are on their way. */
  begin(seed: number | undefined, weights: Weights | undefined, later?: ReadonlySet<string>): Outcome<void> {
    const given = new Map(weights instanceof Map ? weights : Object.entries(weights ?? {}));
    for (const { path, copyOf } of this.#variables) {
      const copied = copyOf === undefined ? undefined : given.get(copyOf);
      if (copied !== undefined && !given.has(path)) given.set(path, copied);
    }
    const others = this.#variables.filter(({ path }) => !given.has(path) && !later?.has(path));
    const drawn = others.length > 0 || (seed !== undefined && !later) ? this.draw(seed ?? 0) : succeeded(undefined);
    if (seed === undefined) for (const { path, kind } of others) if (kind === 'param') this.#unset.add(path);
    return drawn.ok ? this.#writeAll(given) : drawn;
  }

  /** Draws all anew. `bad-seed` unless it is a 32-bit integer. */
  draw(seed: number): Outcome<void> {
    if (!isSeed(seed)) return badSeed(seed);
    this.#seed = seed;
    this.#states = undefined;
    this.#unset.clear();
    return this.#access.draw(seed);
  }

  /** A variable got a value. */
  wrote(path: string): void {
    this.#unset.delete(path);
  }

  /** A `no-weights` the first time that a model is run with params that nobody has given a value. */
  warnings({ kind }: ManifestProgram): readonly Diagnostic<Code>[] {
    const unset = [...this.#unset];
    this.#unset.clear();
    if (unset.length === 0 || kind === 'train') return [];
    const message = `a seed drew ${unset.slice(0, 3).join(', ')} and whatever else has no weights`;
    return [
      {
        code: 'no-weights',
        severity: 'warning',
        message,
        help: 'give `load` weights, weightsFrom or a seed',
      },
    ];
  }

  /**
   * Gives the states that are not embedded the values they had after the last draw. The artifact can only draw all of them, which happens
   * the first time; what the params hold is kept meanwhile.
   */
  reset(): Outcome<void> {
    if (!this.#states) {
      const params = this.#readAll('param');
      if (!params.ok) return params;
      const drawn = this.#access.draw(this.#seed);
      const states = drawn.ok ? this.#readAll('state') : drawn;
      if (!states.ok) return states;
      this.#states = states.value;
      return this.#writeAll(params.value);
    }
    return this.#writeAll(this.#states);
  }

  #readAll(kind: 'param' | 'state'): Outcome<readonly (readonly [string, TensorData])[]> {
    const values: (readonly [string, TensorData])[] = [];
    for (const variable of this.#variables) {
      if (variable.kind !== kind) continue;
      const read = this.#access.read(variable.path);
      if (!read.ok) return read;
      values.push([variable.path, read.value]);
    }
    return succeeded(values);
  }

  #writeAll(values: Iterable<readonly [string, TensorInput]>): Outcome<void> {
    for (const [path, data] of values) {
      const written = this.#access.write(path, data);
      if (!written.ok) return written;
    }
    return succeeded(undefined);
  }
}
