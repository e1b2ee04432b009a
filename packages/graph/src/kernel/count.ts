/** Counts how often each class of instruction runs in a vertex: what its modelled cycles are made of. */
import type { Instruction, KernelCode, KernelType } from './code.ts';
import { isVector } from './code.ts';
import { Counter, integral, type Tally } from './counter.ts';
import { narrowBits, narrowProductsOf } from './narrow-products.ts';

/**
 * The classes of a chip's cycle table. A vector division counts as four of `divide`. With a number behind the name, the same over elements of
 * so many bits in memory; truth values count as elements of 32.
 */
export const kernelClasses = [
  'integer',
  'float',
  'vector',
  'multiplyAdd',
  'vectorMultiplyAdd',
  'divide',
  'load',
  'vectorLoad',
  'store',
  'vectorStore',
  'loop',
  'branch',
  'load16',
  'load8',
  'vectorLoad16',
  'vectorLoad8',
  'vectorStore16',
  'vectorStore8',
  'vectorMultiplyAdd16',
  'vectorMultiplyAdd8',
] as const;
export type KernelClass = (typeof kernelClasses)[number];
export type KernelCounts = { readonly [name in KernelClass]: number };

/** How often each class runs for one record, of each class the most over the workers. */
export function countKernel(code: KernelCode, fields: readonly number[], workers: number): KernelCounts {
  const tally = classTally(code);
  const most = new Float64Array(tally.size);
  for (let worker = 0; worker < workers; worker++) {
    const counts = new Counter({ code, fields, worker, workers }, tally).count();
    for (let i = 0; i < most.length; i++) most[i] = Math.max(most[i], counts[i]);
  }
  return Object.fromEntries(kernelClasses.map((name, i) => [name, most[i]])) as KernelCounts;
}

const indexOf = Object.fromEntries(kernelClasses.map((name, i) => [name, i])) as Record<KernelClass, number>;

function classTally(code: KernelCode): Tally {
  const narrow = narrowProductsOf(code);
  return {
    size: kernelClasses.length,
    add: (counts, i, times) => {
      const kind = narrow.included.has(i) ? undefined : classOf(i, narrow.bits.get(i));
      if (kind === undefined) return;
      const lanes = kind === 'divide' && 'result' in i && isVector(i.result.type) ? 4 : 1;
      counts[indexOf[kind]] += times * lanes;
    },
  };
}

/**
 * The class of an instruction; undefined for what costs nothing: constants, fields and addresses stand in tables and parameters. With the
 * bits of its factors if it multiplies narrow elements.
 */
function classOf(i: Instruction, bits: 8 | 16 | undefined): KernelClass | undefined {
  if (bits !== undefined) return `vectorMultiplyAdd${bits}`;
  switch (i.kind) {
    case 'constant':
    case 'get':
    case 'cell':
    case 'set':
      return undefined;
    case 'loop':
      return 'loop';
    case 'if':
      return 'branch';
    case 'store':
      return storeClass(i);
    case 'field':
    case 'address':
      return 'load';
    case 'worker':
    case 'workers':
      return 'integer';
    case 'load':
      return `${isVector(i.result.type) && !i.splat ? 'vectorLoad' : 'load'}${narrowBits(i) ?? ''}`;
    case 'unary':
      if (i.code === 'sqrt') return 'divide';
      return arithmetic(integral(i.result.type) ? i.value.type : i.result.type);
    case 'binary':
      return i.code === 'div' || i.code === 'rem' ? 'divide' : arithmetic(i.left.type);
    case 'ternary':
      if (i.code === 'fma' || i.code === 'dot') return isVector(i.result.type) ? 'vectorMultiplyAdd' : 'multiplyAdd';
      return arithmetic(i.result.type);
    default:
      return isVector(i.kind === 'extract' ? i.value.type : i.result.type) ? 'vector' : 'float';
  }
}

function storeClass(i: Extract<Instruction, { kind: 'store' }>): KernelClass {
  if (!isVector(i.value.type) || i.lane !== undefined) return 'store';
  return `vectorStore${narrowBits(i) ?? ''}`;
}

function arithmetic(type: KernelType): KernelClass {
  if (isVector(type)) return 'vector';
  return type === 'f32' ? 'float' : 'integer';
}
