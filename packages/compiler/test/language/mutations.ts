/** Broken programs: the examples' and the prelude's tokens deleted, doubled, swapped, and replaced by tokens from elsewhere. */
import fc from 'fast-check';

/** Words, numbers, strings and marks, with the blanks before them. */
export function tokensOf(text: string): readonly string[] {
  return text.match(/\s*(?:"[^"\n]*"|[A-Za-z_]\w*|\d[\w.]*|\|>|->|:=|[=!<>]=|\*\*|\.\.|.)|\s+/gsu) ?? [];
}

type Edit =
  | { readonly kind: 'delete' | 'double' | 'swap'; readonly at: number }
  | { readonly kind: 'replace' | 'insert' | 'exchange'; readonly at: number; readonly by: number }
  | { readonly kind: 'cut'; readonly at: number };

const place = fc.nat(100_000);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constantFrom('delete', 'double', 'swap'), at: place }),
  fc.record({ kind: fc.constantFrom('replace', 'insert'), at: place, by: place }),
  fc.record({ kind: fc.constant('cut'), at: place }),
  // Mostly the grammar stays whole and the meaning breaks.
  { arbitrary: fc.record({ kind: fc.constant('exchange'), at: place, by: place }), weight: 9 },
);

/** One of the texts with one to four edits; what is put in comes from any of them or from `spice`. */
export function mutated(texts: readonly string[], spice: readonly string[]): fc.Arbitrary<string> {
  const pool = [...texts.flatMap(tokensOf), ...spice.map(token => ` ${token}`)];
  const edits = fc.array(edit, { minLength: 1, maxLength: 4 });
  return fc.tuple(fc.constantFrom(...texts), edits).map(([text, list]) => {
    const tokens = [...tokensOf(text)];
    for (const change of list) apply(tokens, change, pool);
    return tokens.join('');
  });
}

function apply(tokens: string[], change: Edit, pool: readonly string[]): void {
  const at = tokens.length === 0 ? 0 : change.at % tokens.length;
  switch (change.kind) {
    case 'delete':
      tokens.splice(at, 1);
      break;
    case 'double':
      tokens.splice(at, 0, tokens[at] ?? '');
      break;
    case 'swap':
      tokens.splice(at, 2, ...tokens.slice(at, at + 2).reverse());
      break;
    case 'replace':
      tokens.splice(at, 1, pool[change.by % pool.length]);
      break;
    case 'exchange':
      exchange(tokens, change.at, pool[change.by % pool.length]);
      break;
    case 'insert':
      tokens.splice(at, 0, pool[change.by % pool.length]);
      break;
    case 'cut':
      tokens.splice(at);
      break;
  }
}

/** Puts a word for a word, or a number for a number, where `by` is one. */
function exchange(tokens: string[], at: number, by: string): void {
  const kind = [/^\s*[A-Za-z_]/, /^\s*\d/, /^\s*[-+*/%<>=]/].find(pattern => pattern.test(by));
  const places = tokens.flatMap((token, index) => (kind?.test(token) ? [index] : []));
  if (places.length > 0) tokens[places[at % places.length]] = by;
}
