/**
 * Walks over the abstract syntax without naming its kinds: a node is whatever has a span. Trees may be thousands of levels deep to the left (a long
 * chain of pipes), so nothing here recurses.
 */
import type { Span } from '@tessera-dnn/diagnostics';
import type { ast } from '@tessera-dnn/language';

/** A node of the tree. */
export type Node = Kinded | Plain;

/** A name, argument, parameter, body and the like: only of bodies and fields one must see that they are. */
interface Plain {
  readonly kind?: undefined;
  readonly span: Span;
  readonly statements?: ast.Body['statements'];
  readonly short?: boolean;
}

type Kinded = ast.File | ast.Item | ast.Type | ast.RecordType | ast.Statement | ast.Expression | ast.RecordExpression;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'span' in value;
}

/** The nodes directly below `node`, in no particular order. */
export function childrenOf(node: Node): readonly Node[] {
  return Object.values(node).flatMap(value =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

/** Every node of a file, parents first. */
export function* nodesOf(root: Node): Generator<Node> {
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    open.push(...childrenOf(node));
  }
}

/** Whether the offset lies in the span or at one of its ends, as a cursor does. */
export function touches({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

/** The nodes around an offset, the file first and the smallest last. */
export function pathAt(file: ast.File, offset: number): readonly Node[] {
  const path: Node[] = [file];
  for (let node: Node | undefined = file; node !== undefined; ) {
    const below: readonly Node[] = childrenOf(node).filter(({ span }) => touches(span, offset));
    // At the border of two nodes a cursor belongs to the one that begins there.
    node = below.toSorted((a, b) => a.span.start - b.span.start).at(-1);
    if (node !== undefined) path.push(node);
  }
  return path;
}

/** A place as text, by which places are equal that are so in different readings of a file. */
export function placeKey({ source, start, end }: Span): string {
  return `${source.name} ${start} ${end}`;
}

/** Whether the place is in the prelude, whose files have names in angle brackets. */
export function isPrelude({ source }: Span): boolean {
  return source.name.startsWith('<');
}
