/** The levels that stand for the numbers of a value, and how calls say which. */

/** The levels of a value: whole numbers of a type, of which `zero` stands for 0. */
export interface Levels {
  readonly type: 'i8' | 'u8';
  readonly zero: number;
}

/** The arguments of `quantized` and `quantize` for levels that are not their own. */
export function levelArguments({ type, zero }: Levels): readonly string[] {
  return [...(type === 'i8' ? [] : [`type: ${type}`]), ...(zero === 0 ? [] : [`zero: ${zero}`])];
}
