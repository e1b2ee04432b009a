/**
 * An einsum as products of matrices: the operands one after the other. Letters that nobody needs any longer are summed at once; those that two operands share are batches where they are
 * needed later, and the inner axis of a product where they are not.
 */
import type { ValueId } from '@tessera-dnn/graph';
import type { Expander } from '@tessera-dnn/graph/op';
import { masked } from '../../define/gradient.ts';
import type { Equation } from './equation.ts';

/** A tensor with a letter for each axis, no letter twice. */
interface Lettered {
  readonly value: ValueId;
  readonly letters: readonly string[];
}

/** The result of the equation. */
export function expandEinsum(build: Expander, operands: readonly ValueId[], { terms, result }: Equation): ValueId {
  const [first, ...others] = operands.map((value, at) => diagonal(build, value, terms[at]));
  const joined = others.reduce((a, b, at) => {
    const later = others.slice(at + 1).flatMap(({ letters }) => letters);
    return contracted(build, a, b, [...result, ...later]);
  }, first);
  return ordered(build, summed(build, joined, result), result).value;
}

/** Of axes with one letter, what lies on their diagonal: what is left of a sum over the second where all else is zero. */
function diagonal(build: Expander, value: ValueId, letters: readonly string[]): Lettered {
  const twice = letters.findIndex((letter, at) => letters.indexOf(letter) < at);
  if (twice < 0) return { value, letters };
  const { shape } = build.type(value);
  const first = letters.indexOf(letters[twice]);
  const place = (axis: number) =>
    build.op('iota', [], {
      shape: [shape[first], shape[twice]].map((_, at) => (at === axis ? shape[axis === 0 ? first : twice] : 1)),
      axis,
    });
  const same = build.op('eq', [place(0), place(1)]);
  const spread = build.op('reshape', [same], {
    shape: shape.map((extent, axis) => (axis === first || axis === twice ? extent : 1)),
  });
  const kept = build.op('sum', [masked(build, spread, value)], { axes: [twice], keep: false });
  return diagonal(
    build,
    kept,
    letters.filter((_, at) => at !== twice),
  );
}

function contracted(build: Expander, a: Lettered, b: Lettered, needed: readonly string[]): Lettered {
  const x = summed(build, a, [...b.letters, ...needed]);
  const y = summed(build, b, [...a.letters, ...needed]);
  const shared = x.letters.filter(letter => y.letters.includes(letter));
  const inner = shared.filter(letter => !needed.includes(letter));
  const batch = shared.filter(letter => needed.includes(letter));
  const isPlain = extents(build, x, shared).join() === extents(build, y, shared).join();
  if (inner.length === 0 || !isPlain) return summed(build, multiplied(build, x, y), needed);
  const rows = x.letters.filter(letter => !shared.includes(letter));
  const columns = y.letters.filter(letter => !shared.includes(letter));
  const outer = extents(build, x, batch);
  const size = (one: Lettered, letters: readonly string[]) =>
    extents(build, one, letters).reduce((n, extent) => n * extent, 1);
  const matrix = (one: Lettered, order: readonly string[], shape: readonly number[]) =>
    build.op('reshape', [ordered(build, one, order).value], { shape: [...outer, ...shape] });
  const left = matrix(x, [...batch, ...rows, ...inner], [size(x, rows), size(x, inner)]);
  const right = matrix(y, [...batch, ...inner, ...columns], [size(y, inner), size(y, columns)]);
  const product = build.op('matmul', [left, right], { transpose_a: false, transpose_b: false });
  const shape = [...outer, ...extents(build, x, rows), ...extents(build, y, columns)];
  return { value: build.op('reshape', [product], { shape }), letters: [...batch, ...rows, ...columns] };
}

function extents(build: Expander, { value, letters }: Lettered, wanted: readonly string[]): readonly number[] {
  const { shape } = build.type(value);
  return wanted.map(letter => shape[letters.indexOf(letter)]);
}

function multiplied(build: Expander, a: Lettered, b: Lettered): Lettered {
  const letters = [...new Set([...a.letters, ...b.letters])];
  const spread = (one: Lettered) => {
    const own = letters.filter(letter => one.letters.includes(letter));
    const sorted = ordered(build, one, own);
    const shape = letters.map(letter => (own.includes(letter) ? extents(build, sorted, [letter])[0] : 1));
    return build.op('reshape', [sorted.value], { shape });
  };
  return { value: build.op('mul', [spread(a), spread(b)]), letters };
}

/** Without the letters that are not `kept`, over which it is summed. */
function summed(build: Expander, { value, letters }: Lettered, kept: readonly string[]): Lettered {
  const axes = letters.flatMap((letter, at) => (kept.includes(letter) ? [] : [at]));
  if (axes.length === 0) return { value, letters };
  return {
    value: build.op('sum', [value], { axes, keep: false }),
    letters: letters.filter(letter => kept.includes(letter)),
  };
}

/** With the axes in the order of `wanted`, which has the same letters. */
function ordered(build: Expander, { value, letters }: Lettered, wanted: readonly string[]): Lettered {
  const axes = wanted.map(letter => letters.indexOf(letter));
  const isSame = axes.every((axis, at) => axis === at);
  return { value: isSame ? value : build.op('transpose', [value], { axes }), letters: wanted };
}
