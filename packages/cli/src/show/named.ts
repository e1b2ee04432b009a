/** What a name stands for where people ask about a part of a program: an operation, or all that lie below a label. */

/** Those called so; where none is, those below the label, `fc matmul` and `fc.bias` below `fc`. */
export function namedOrBelow<T extends { readonly name: string }>(all: readonly T[], name: string): readonly T[] {
  const own = all.filter(one => one.name === name);
  return own.length > 0 ? own : all.filter(one => one.name.startsWith(`${name} `) || one.name.startsWith(`${name}.`));
}
