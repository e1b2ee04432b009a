/** Finds expressions in the syntax trees of a program by their places, each with where it stands. */
import type { Source, Span } from '@tessera-dnn/diagnostics';
import type { ast } from '@tessera-dnn/language';

type SyntaxNode = { readonly kind: string; readonly span: Span };

/** An expression or statement of a text, and what it is part of. */
export interface Found<Node extends SyntaxNode = ast.Expression | ast.Statement> {
  readonly node: Node;
  readonly parent: SyntaxNode;
}

/** The text between two offsets of a source, as a key. */
export function placeOf({ source, start, end }: Span): string {
  return `${source.name} ${start} ${end}`;
}

/** All expressions and statements of a file by their place; an expression that is a statement stands for itself. */
export function nodesByPlace(file: ast.File): ReadonlyMap<string, Found> {
  const found = new Map<string, Found>();
  const open: { readonly value: unknown; readonly parent: SyntaxNode }[] = [{ value: file.items, parent: file }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, parent } = next;
    if (Array.isArray(value)) for (const part of value) open.push({ value: part, parent });
    else if (isNode(value)) {
      const place = placeOf(value.span);
      if (value.kind !== 'expression' && !found.has(place)) found.set(place, { node: value as Found['node'], parent });
      for (const part of Object.values(value)) open.push({ value: part, parent: value });
    } else if (isBranch(value)) for (const part of Object.values(value)) open.push({ value: part, parent });
  }
  return found;
}

function isNode(value: unknown): value is SyntaxNode {
  return isBranch(value) && 'kind' in value && typeof value.kind === 'string' && 'span' in value;
}

/** Any record of the tree but a source text. */
function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !('text' in value && 'name' in value);
}

/** Whether a text is the prelude's and no file of the user's: such texts have names in angle brackets. */
export function isPrelude({ name }: Source): boolean {
  return name.startsWith('<');
}

/** Whether a place lies within another one of the same text. */
export function isInside({ source, start, end }: Span, outer: Span): boolean {
  return source === outer.source && start >= outer.start && end <= outer.end;
}
