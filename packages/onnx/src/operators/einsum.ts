/** `Einsum`: sums of products, as letters say. Operands are multiplied with all letters as axes, and the letters that the result lacks are summed. */
import { refuse } from '../draft/refusal.ts';
import type { Value } from '../draft/value.ts';
import { product, upTo } from '../lower/axes.ts';
import type { Node } from '../lower/node.ts';
import type { Operator } from '../lower/operator.ts';
import { elementPlaces } from './gather.ts';
import { product as matmul } from './matmul.ts';
import { reshaped } from './shape.ts';

export const einsum: Operator = { name: 'Einsum', since: { 12: lower } };

/** A tensor with a letter for each axis. */
interface Lettered {
  readonly value: Value;
  readonly letters: readonly string[];
}

function lower(node: Node): Value {
  const equation = node.text('equation', '').replaceAll(/\s/g, '');
  const [left, right] = equation.split('->');
  const terms = left.split(',');
  const values = node.operands();
  if (terms.length !== values.length) refuse(`its equation ${equation} is for ${terms.length} operands`);
  const dots = Math.max(...values.map(({ type }, at) => type.shape.length - terms[at].replace('...', '').length));
  const lettered = values.map((value, at) =>
    diagonal(node, { value, letters: spelled(terms[at], value.type.shape.length, equation) }),
  );
  const all = terms.flatMap(term => [...term.replace('...', '')]);
  const once = [...new Set(all)].filter(letter => all.filter(one => one === letter).length === 1).sort();
  const wanted =
    right === undefined
      ? [...spelled(left.includes('...') ? '...' : '', left.includes('...') ? dots : 0, equation), ...once]
      : spelled(right, right.replace('...', '').length + (right.includes('...') ? dots : 0), equation);
  const result = lettered
    .slice(1)
    .reduce(
      (a, b, at) => contracted(node, a, b, [...wanted, ...lettered.slice(at + 2).flatMap(({ letters }) => letters)]),
      lettered[0],
    );
  return ordered(node, summed(node, result, wanted), wanted);
}

/** The letter of each axis; axes of `...` are called by their distance from its end. */
function spelled(term: string, rank: number, equation: string): readonly string[] {
  const [before, after] = term.split('...');
  if (after === undefined) {
    if (term.length !== rank) refuse(`its equation ${equation} does not fit its operands`);
    return [...term];
  }
  const dots = rank - before.length - after.length;
  if (dots < 0) refuse(`its equation ${equation} does not fit its operands`);
  return [...before, ...upTo(dots).map(at => `.${dots - at}`), ...after];
}

/** The diagonal where a letter stands twice. */
function diagonal(node: Node, { value, letters }: Lettered): Lettered {
  const twice = letters.findIndex((letter, at) => letters.indexOf(letter) < at);
  if (twice < 0) return { value, letters };
  const first = letters.indexOf(letters[twice]);
  const { shape } = value.type;
  const kept = shape.map((extent, axis) => (axis === twice ? 1 : extent));
  const along = node.constant(
    'i32',
    kept.map((extent, axis) => (axis === first ? extent : 1)),
    upTo(shape[first]),
  );
  const places = node.call('broadcast_to', [along], { shape: kept });
  const flat = reshaped(node, value, [product(shape)]);
  const picked = node.call('gather', [flat, elementPlaces(node, places, shape, twice)]);
  return diagonal(node, {
    value: reshaped(
      node,
      picked,
      kept.filter((_, axis) => axis !== twice),
    ),
    letters: letters.filter((_, at) => at !== twice),
  });
}

/** The product of two tensors, with sums over letters that nobody needs any longer: a product of matrices. */
function contracted(node: Node, a: Lettered, b: Lettered, needed: readonly string[]): Lettered {
  const [x, y] = [summed(node, a, [...b.letters, ...needed]), summed(node, b, [...a.letters, ...needed])];
  const shared = x.letters.filter(letter => y.letters.includes(letter));
  const batch = shared.filter(letter => needed.includes(letter));
  const inner = shared.filter(letter => !needed.includes(letter));
  const [rows, columns] = [
    x.letters.filter(letter => !shared.includes(letter)),
    y.letters.filter(letter => !shared.includes(letter)),
  ];
  if (inner.length === 0) return multiplied(node, x, y);
  const extent = (letters: readonly string[], from: Lettered) =>
    letters.map(letter => from.value.type.shape[from.letters.indexOf(letter)]);
  if (extent(shared, x).join() !== extent(shared, y).join()) return summed(node, multiplied(node, x, y), needed);
  const outer = extent(batch, x);
  const left = reshaped(node, ordered(node, x, [...batch, ...rows, ...inner]), [
    ...outer,
    product(extent(rows, x)),
    product(extent(inner, x)),
  ]);
  const right = reshaped(node, ordered(node, y, [...batch, ...inner, ...columns]), [
    ...outer,
    product(extent(inner, y)),
    product(extent(columns, y)),
  ]);
  return {
    value: reshaped(node, matmul(node, left, right), [...outer, ...extent(rows, x), ...extent(columns, y)]),
    letters: [...batch, ...rows, ...columns],
  };
}

function multiplied(node: Node, a: Lettered, b: Lettered): Lettered {
  const letters = [...new Set([...a.letters, ...b.letters])];
  const spread = (one: Lettered) => {
    const own = letters.filter(letter => one.letters.includes(letter));
    const { shape } = ordered(node, one, own).type;
    return reshaped(
      node,
      ordered(node, one, own),
      letters.map(letter => (own.includes(letter) ? shape[own.indexOf(letter)] : 1)),
    );
  };
  return { value: node.call('mul', [spread(a), spread(b)]), letters };
}

function summed(node: Node, { value, letters }: Lettered, kept: readonly string[]): Lettered {
  const axis = letters.flatMap((letter, at) => (kept.includes(letter) ? [] : [at]));
  return axis.length === 0
    ? { value, letters }
    : { value: node.call('sum', [value], { axis }), letters: letters.filter(letter => kept.includes(letter)) };
}

function ordered(node: Node, { value, letters }: Lettered, wanted: readonly string[]): Value {
  if (wanted.some(letter => !letters.includes(letter)) || letters.length !== wanted.length)
    refuse('its result names a letter that no operand has');
  const axes = wanted.map(letter => letters.indexOf(letter));
  return axes.every((axis, at) => axis === at) ? value : node.call('transpose', [value], { axes });
}
