/** Runs modules on chips with nothing but the WebAssembly API, and asks the oracle the same questions. */
import {
  type ElementType,
  elementCount,
  interpretProgram,
  isInteger,
  type Module,
  roundingOf,
  type TensorType,
} from '@tessera-dnn/graph';
import type { Tensor } from '@tessera-dnn/graph/op';
import {
  type ChipSpec,
  type ElementValues,
  hostChip,
  readElements,
  tinyChip,
  valueArrays,
  writeElements,
} from '@tessera-dnn/machine';
import { ops } from '@tessera-dnn/ops';
import { buildImage, type Decisions, lower, place, refereePlacement } from '@tessera-dnn/tiling';
import { wasm } from '@tessera-dnn/wasm';

export interface RunOptions {
  readonly math: 'fast' | 'strict';
  readonly weights: ReadonlyMap<string, ArrayLike<number>>;
  /** Default true. */
  readonly inPlace?: boolean;
  /** Default true. */
  readonly reuse?: boolean;
  /** Default 1. */
  readonly memoryShare?: number;
  /** Absent: all is decided anew. */
  readonly decisions?: Decisions;
}

export type Elements = ElementValues;

/** Elements in memory; those of 16 bits as a copy, which `set` writes back. */
export function elementsAt(
  type: { readonly element: string },
  { buffer }: WebAssembly.Memory,
  address: number,
  count: number,
): Elements {
  const element = type.element as ElementType;
  if (element !== 'f16' && element !== 'bf16') return new valueArrays[element](buffer as ArrayBuffer, address, count);
  const set = (values: ArrayLike<number>): void => writeElements(buffer as ArrayBuffer, element, address, values);
  return Object.assign(readElements(buffer as ArrayBuffer, element, address, count), { set });
}

/** How far numbers may be off, of the largest, because they are stored with so many bits; sums in another order take as much of f32. */
export function toleranceOf(element: ElementType): number {
  return { f32: 1e-4, f16: 2e-3, bf16: 1.6e-2, i32: 0, i8: 0, u8: 0, bool: 0 }[element];
}

/** A chip with the presets' cycles and workers but of any size: `tiles` tiles. */
export function chipOf(tiles: number, sramBytes = 1 << 20): ChipSpec {
  if (tiles === 1) return hostChip;
  return { ...tinyChip, name: `${tiles} tiles`, tiles, sramBytes };
}

/** Compiles a module and gives a runner for its programs. */
export function load(module: Module, chip: ChipSpec, options: RunOptions) {
  const { math, weights, memoryShare = 1 } = options;
  const tiles = lower(module, {
    chip,
    table: ops,
    math,
    weights,
    memoryShare,
    inPlace: options.inPlace,
    decisions: options.decisions,
  });
  const codelets = wasm.compile(tiles.codes, { math: options.math, workers: chip.workers, names: tiles.codeNames });
  const placement = place(tiles, chip, {
    inPlace: options.inPlace ?? true,
    reuse: options.reuse ?? true,
    strategy: 'best-greedy',
    codeBytes: codelets.sizes,
    pageBytes: wasm.limits.pageBytes,
  });
  refereePlacement(tiles, placement, chip.sramBytes);
  const image = buildImage(tiles, placement, chip, {
    source: 'test.dnn',
    math: options.math,
    features: codelets.features,
  });
  const linked = codelets.link(image);
  if (!linked.ok) throw new Error(linked.diagnostics.map(d => d.message).join('\n'));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(linked.value));
  const memory = instance.exports['memory'] as WebAssembly.Memory;
  const { manifest } = image;
  return {
    tiles,
    placement,
    manifest,
    bytes: linked.value,
    exports: instance.exports as Record<string, (...args: number[]) => void>,
    memory,
    run(program: string, inputs: Readonly<Record<string, ArrayLike<number>>>): Record<string, number[]> {
      const entry = manifest.programs[program];
      for (const input of entry.inputs) {
        elementsAt({ element: input.type }, memory, input.address, elementCount(input.shape)).set(inputs[input.name]);
      }
      (instance.exports[program] as () => void)();
      return Object.fromEntries(
        entry.outputs.map(o => [
          o.name,
          [...elementsAt({ element: o.type }, memory, o.address, elementCount(o.shape))],
        ]),
      );
    },
  };
}

/** Deterministic inputs in [-1, 1), small integers, or bools. */
export function sampleData(type: TensorType, seed: number): Float64Array {
  let state = (seed * 2654435761) >>> 0;
  return Float64Array.from({ length: elementCount(type.shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (isInteger(type.element)) return (state >>> 8) % 11;
    if (type.element === 'bool') return (state >>> 9) & 1;
    return roundingOf(type.element, Math.fround)((state / 2 ** 32) * 2 - 1);
  });
}

/** What the oracle says, by output. */
export function oracle(
  module: Module,
  program: string,
  inputs: Record<string, Float64Array>,
  variables: (Float64Array | undefined)[],
): Record<string, Tensor> {
  const entry = module.programs.find(p => p.name === program);
  if (!entry) throw new Error(`no program ${program}`);
  return { ...interpretProgram(module, entry, ops, { inputs, variables }).outputs };
}

/** The largest |a − b| relative to the largest finite |b|; equal infinities and NaN for NaN count as equal. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = 0;
  let scale = 1e-30;
  for (let i = 0; i < b.length; i++) {
    if (Number.isFinite(b[i])) scale = Math.max(scale, Math.abs(b[i]));
    if (Object.is(a[i], b[i]) || a[i] === b[i]) continue;
    const difference = Math.abs(a[i] - b[i]);
    worst = Number.isFinite(difference) ? Math.max(worst, difference) : Number.POSITIVE_INFINITY;
  }
  return worst / scale;
}

/** Deterministic elements of a type within a range: reals rounded to f32, whole numbers for integers, 0 or 1 for bools. */
export function sampleValues(
  type: TensorType,
  range: readonly [number, number] | undefined,
  seed: number,
): Float64Array {
  const [low, high] = range ?? [-4, 4];
  const unit = sampleData({ ...type, element: 'f32' }, seed + 1);
  return unit.map(x => {
    const value = low + ((x + 1) / 2) * (high - low);
    if (type.element === 'bool') return x < 0 ? 0 : 1;
    return roundingOf(type.element, Math.fround)(isInteger(type.element) ? Math.round(value) : value);
  });
}
