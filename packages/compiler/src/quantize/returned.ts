/**
 * Where a value that has a name is returned. A block may return in one place what it has added to something in another:
 *
 *     let y = x |> conv2d(…) |> batch_norm()
 *     if … { return x + y }
 *     return y
 *
 * Behind `batch_norm()` a marker would mark both, at the last line it marks what is stored as it is.
 */
import type { Site, Texts } from './sites.ts';
import { isInside, placeOf } from './syntax.ts';

/** The only `return` of the name that the site's value gets, or nothing. */
export function returnOf({ files, nodes }: Texts, { node, parent }: Site): Site | undefined {
  const whole = parent.kind === 'pipe' ? nodes.get(placeOf(parent.span)) : { node, parent };
  // The value of a pipe is that of its last stage.
  if (whole === undefined || whole.node.span.end !== node.span.end) return undefined;
  const binding = nodes.get(placeOf(whole.parent.span))?.node;
  if (binding?.kind !== 'let' && binding?.kind !== 'var' && binding?.kind !== 'assign') return undefined;
  const item = files.flatMap(({ items }) => items).find(({ span }) => isInside(node.span, span));
  const returns = [...nodes.values()].flatMap(found => {
    if (found.node.kind !== 'return' || item === undefined || !isInside(found.node.span, item.span)) return [];
    const { value } = found.node;
    const isIt = value?.kind === 'reference' && value.name === binding.name.text && value.span.start > binding.span.end;
    return isIt ? [{ node: value, parent: found.node, key: placeOf(value.span) }] : [];
  });
  return returns.length === 1 ? returns[0] : undefined;
}
