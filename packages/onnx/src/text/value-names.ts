/** Names of values in a text: as the model calls them where that says something, else after what makes them. */
import type { Value } from '../draft/value.ts';
import { identifierOf, isAnonymous, scopeOf } from './names.ts';

/** The most that a name is long; longer ones of generated models say no more. */
const longest = 40;

/** What a value that needs a name should be called, in a body whose own scope all names begin with. */
export function valueName(value: Value, scope = ''): string {
  const { name = '', node = '' } = value.hint ?? {};
  const told = [scopeOf(name), isAnonymous(name) || name.startsWith('/') ? undefined : name, scopeOf(node)];
  for (const one of told) {
    const identifier =
      one === undefined ? undefined : identifierOf(one.startsWith(`${scope}.`) ? one.slice(scope.length) : one);
    if (identifier !== undefined && identifier.length <= longest) return identifier;
  }
  return kindOf(value);
}

function kindOf({ source }: Value): string {
  switch (source.kind) {
    case 'call':
      return `${source.op.name}_1`;
    case 'block':
      return `${source.block}_1`;
    case 'repeat':
      return 'repeated';
    default:
      return source.kind;
  }
}
