/**
 * Computes what the programs of a text mean, by interpreting the graph after the language and differentiation alone, with variables that
 * last from run to run. And it finds out how far correct results may differ. A chip adds in another order, and its functions are a few
 * units in the last place off; a program may magnify that (by a difference of nearly equal numbers) or turn it into a jump (by a
 * comparison). So the oracle runs again with its inexact results disturbed by about as much, and the spread of its results is the
 * tolerance, element by element.
 *
 * Where many terms are added, a chip rounds after each addition, in an order of its own. So each term is disturbed independently.
 *
 * More runs can only widen a tolerance. Two are made first, and more if a result lies outside, to be sure. In fast math, operands of single
 * sums and products are disturbed independently too, since fused operations do not round in between.
 */
import {
  type ElementType,
  type Graph,
  interpret,
  type Module,
  type Program,
  type TensorType,
} from '@tessera-dnn/graph';
import type { OpTable, Round } from '@tessera-dnn/graph/op';
import { elaborate, parse } from '@tessera-dnn/language';
import { ops } from '@tessera-dnn/ops';
import { differentiate } from '@tessera-dnn/passes';
import { dataOf } from './data.ts';
import { loosely, moved, narrowRounding, summing } from './noise.ts';
import { inOrder, inputKey, outputKey, variableKey } from './run.ts';
import { type Numbers, sourceOf, type Trial } from './trial.ts';

/** The module of the trial's text; undefined if the text has errors. */
export function meaningOf(trial: Trial): Module | undefined {
  const { source, ...told } = sourceOf(trial);
  const parsed = parse(source);
  const outcome = elaborate(parsed.file, { ...told, table: ops, syntax: parsed.diagnostics });
  if (!outcome.ok || parsed.diagnostics.length > 0) return undefined;
  const options = { table: ops, strict: true };
  if ((differentiate.check?.(outcome.value, options) ?? []).some(({ severity }) => severity === 'error'))
    return undefined;
  return differentiate.run(outcome.value, options);
}

const runsTried = { strict: [2, 6, 24], fast: [2, 6, 24] } as const;

export class Oracle {
  readonly answers: Numbers;
  readonly #module: Module;
  readonly #trial: Trial;
  readonly #first: Numbers;
  /** The element types of the answers. */
  readonly #elements = new Map<string, ElementType>();
  readonly #runs = { strict: [] as Numbers[], fast: [] as Numbers[] };

  constructor(module: Module, trial: Trial, first: Numbers) {
    this.#module = module;
    this.#trial = trial;
    this.#first = first;
    this.answers = this.#interpret(ops, Math.fround);
  }

  /** A sentence about the first element of `numbers` that cannot be right; undefined if all can. */
  mistake(numbers: Numbers, math: 'strict' | 'fast'): string | undefined {
    let found: string | undefined;
    for (const count of runsTried[math]) {
      found = this.#outside(numbers, this.#disturbed(math, count));
      if (found === undefined) return undefined;
    }
    return found;
  }

  /** How many elements of the results are known to a thousandth, and how many there are. */
  known(): { readonly known: number; readonly all: number } {
    const runs = this.#disturbed('strict', 2);
    let [known, all] = [0, 0];
    for (const [key, wanted] of this.answers) {
      for (let i = 0; i < wanted.length; i++) {
        all++;
        if (this.#tolerance(key, i, wanted[i], runs) <= 1e-3 * Math.max(Math.abs(wanted[i]), 1e-3)) known++;
      }
    }
    return { known, all };
  }

  #outside(numbers: Numbers, runs: readonly Numbers[]): string | undefined {
    for (const [key, wanted] of this.answers) {
      const got = numbers.get(key);
      if (got === undefined || got.length !== wanted.length) return `${key} is missing`;
      const unstable = toleranceOfUnstable(key, wanted, runs);
      for (let i = 0; i < wanted.length; i++) {
        if (Object.is(got[i], wanted[i]) || got[i] === wanted[i]) continue;
        const tolerance = unstable ?? this.#tolerance(key, i, wanted[i], runs);
        if (tolerance === Number.POSITIVE_INFINITY || Math.abs(got[i] - wanted[i]) <= tolerance) continue;
        return `${key}[${i}] is ${got[i]}, not ${wanted[i]} ± ${tolerance.toExponential(1)}`;
      }
    }
    return undefined;
  }

  /** The tolerance of an element; infinite if any number is acceptable. What is stored in 16 bits may be rounded to either side. */
  #tolerance(key: string, i: number, wanted: number, runs: readonly Numbers[]): number {
    const element = this.#elements.get(key);
    const rounding = element === 'f16' || element === 'bf16' ? 2 * narrowRounding[element] : 0;
    return (
      8 * spreadOf(key, i, wanted, runs) + (1e-5 + rounding) * Math.abs(wanted) + (element === 'f16' ? 2 ** -24 : 0)
    );
  }

  #disturbed(math: 'strict' | 'fast', count: number): readonly Numbers[] {
    const runs = this.#runs[math];
    while (runs.length < count) {
      const round = moved(runs.length + 1);
      runs.push(this.#interpret(math === 'fast' ? loosely(ops, round) : summing(ops, round), round));
    }
    return runs.slice(0, count);
  }

  #interpret(table: OpTable, round: Round): Numbers {
    const { variables, programs } = this.#module;
    const { seed, rounds } = this.#trial;
    const state: Float64Array[] = variables.map(({ path }) =>
      Float64Array.from(this.#first.get(variableKey(path)) ?? []),
    );
    const numbers = new Map<string, ArrayLike<number>>();
    for (let turn = 0; turn < rounds; turn++) {
      for (const name of inOrder(programs.map(program => program.name))) {
        const { graph } = programs.find(program => program.name === name) as Program;
        const inputs = Object.fromEntries(
          inputsOf(graph).map(input => [input.name, dataOf(input.type, inputKey(turn, name, input.name), seed)]),
        );
        const { outputs, updates } = interpret(graph, table, inputs, state, round);
        for (const [output, { type, data }] of Object.entries(outputs)) {
          numbers.set(outputKey(turn, name, output), data);
          this.#elements.set(outputKey(turn, name, output), type.element);
        }
        for (const [variable, { data }] of updates) state[variable] = data;
      }
    }
    variables.forEach(({ path, type }, i) => {
      numbers.set(variableKey(path), state[i]);
      this.#elements.set(variableKey(path), type.element);
    });
    return numbers;
  }
}

function inputsOf({ nodes }: Graph): readonly { readonly name: string; readonly type: TensorType }[] {
  return nodes.flatMap(node => (node.kind === 'input' ? [{ name: node.attributes.name, type: node.type }] : []));
}

function spreadOf(key: string, i: number, wanted: number, runs: readonly Numbers[]): number {
  let spread = 0;
  for (const run of runs) {
    const other = (run.get(key) as ArrayLike<number>)[i];
    if (Object.is(other, wanted)) continue;
    const difference = Math.abs(other - wanted);
    if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY;
    spread = Math.max(spread, difference);
  }
  return spread;
}

/**
 * The same of a tensor which rounding alone moves by a sixteenth of its largest number: a training that diverges, or an optimiser that scales
 * up a slope of nothing but rounding errors. There a few runs do not say how far a right result may lie, only of which order it is.
 */
function toleranceOfUnstable(key: string, wanted: ArrayLike<number>, runs: readonly Numbers[]): number | undefined {
  let [largest, spread] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    if (Number.isFinite(wanted[i])) largest = Math.max(largest, Math.abs(wanted[i]));
    spread = Math.max(spread, spreadOf(key, i, wanted[i], runs));
  }
  return spread * 16 > largest ? 1000 * spread : undefined;
}
