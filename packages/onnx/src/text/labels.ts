/** What the variables of the program are called: after the model's initialisers, else after the scopes of nodes, else after their kind. */
import type { Value, WeightSource } from '../draft/value.ts';
import { isAnonymous, scopeOf } from './names.ts';

/** Endings that tell of an initialiser that it is one of several of a layer, and not which. */
const endings =
  /[._/:]?(weights?|kernel|filter|bias|gamma|beta|scale|mean|var|running_mean|running_var|moving_mean|moving_variance|[wWbB])(_\d+)?(:0)?$/;

/** The label of a layer: letters, digits, `_`, `-` and dots between its parts. Undefined where nothing tells one. */
export function layerLabel(weight: WeightSource, layer: Value): string | undefined {
  const own = isAnonymous(weight.name) ? undefined : labelOf(weight.name.replace(endings, '') || weight.name);
  return own ?? labelOf(scopeOf(layer.hint?.node ?? '') ?? scopeOf(layer.hint?.name ?? '') ?? '');
}

/** A label that is as near to `text` as may be. */
export function labelOf(text: string): string | undefined {
  const parts = text.split(/[./:]+/).map(part => part.replaceAll(/[^A-Za-z0-9_-]+/g, '_').replace(/^[-]+/, ''));
  const label = parts.filter(part => part !== '').join('.');
  return label === '' || /^\d+$/.test(label) ? undefined : label;
}
