/**
 * Decides which node of the tree each comment belongs to.
 *
 * - In a body or file, a comment on the line on which a statement ends trails that statement. Other comments keep a place of their own
 *   between the statements, unless a statement follows on the same line.
 * - A comment on its own line before an element of a list, or before a `|>`, leads that element.
 * - Any other comment leads what follows it on its line. If nothing follows, it trails what comes before it and is printed at the end of
 *   that line.
 */
import type * as ast from '../ast.ts';
import type { Comment } from '../lexer/lex.ts';

/** Any node of the tree. */
export type Node = { readonly span: ast.Expression['span'] };

export interface Attached {
  /** Comments before a node, printed on its line, or each on a line of its own if nothing can follow it. */
  readonly leading: ReadonlyMap<Node, readonly Comment[]>;
  /** Comments after a node. */
  readonly trailing: ReadonlyMap<Node, readonly Comment[]>;
  /** Comments between the statements of a body or the items of a file. */
  readonly between: ReadonlyMap<Node, readonly Comment[]>;
}

/** The properties of nodes that hold lists with commas. */
const elementKeys = new Set(['arguments', 'elements', 'indices', 'parameters', 'dimensions', 'inputs', 'fields']);

/** Whether nothing can follow the comment on its line. */
export function endsLine(comment: Comment): boolean {
  return comment.text.startsWith('//') || comment.text.includes('\n');
}

class CommentMap extends Map<Node, Comment[]> {}

/** Gives each comment its place in the tree: before a node, after it on its line, or between the statements of a body. */
export function attach(file: ast.File, comments: readonly Comment[]): Attached {
  const attached = { leading: new CommentMap(), trailing: new CommentMap(), between: new CommentMap() };
  const family = new Family(file.source.text);
  for (const comment of comments) {
    const [role, node] = family.placeOf(comment, file);
    const known = attached[role].get(node);
    if (known === undefined) attached[role].set(node, [comment]);
    else known.push(comment);
  }
  return attached;
}

type Place = readonly [role: keyof Attached, node: Node];

/** The children of nodes, which are found when they are asked for and then kept. */
class Family {
  private readonly text: string;
  private readonly known = new Map<Node, readonly Node[]>();
  /** Nodes before which a comment may have a line of its own. */
  private readonly elements = new Set<Node>();

  constructor(text: string) {
    this.text = text;
  }

  placeOf(comment: Comment, file: ast.File): Place {
    const parent = this.innermostAround(comment, file);
    const children = this.childrenOf(parent);
    const [preceding, following] = neighbours(children, comment);
    if (isBody(parent)) return this.placeInBody(comment, parent, preceding, following);
    const aside = this.isFirstOnLine(comment) && following !== undefined && this.elements.has(following);
    if (aside) return ['leading', following];
    if (endsLine(comment) || this.isLastOnLine(comment)) return ['trailing', preceding ?? following ?? parent];
    const touches = following !== undefined && /^\s*$/.test(this.text.slice(comment.end, following.span.start));
    if (touches || preceding === undefined)
      return following === undefined ? ['trailing', parent] : ['leading', following];
    return ['trailing', preceding];
  }

  private placeInBody(comment: Comment, body: Node, preceding: Node | undefined, following: Node | undefined): Place {
    if (preceding !== undefined && this.areOnOneLine(preceding.span.end, comment.start)) return ['trailing', preceding];
    const leads = following !== undefined && this.areOnOneLine(comment.end, following.span.start);
    return leads && !endsLine(comment) ? ['leading', following] : ['between', body];
  }

  private innermostAround(comment: Comment, file: ast.File): Node {
    let node: Node = file;
    for (;;) {
      const children = this.childrenOf(node);
      const inner = children[firstAfter(children, comment.start) - 1];
      if (inner === undefined || comment.end > inner.span.end) return node;
      node = inner;
    }
  }

  /** The children in the order of the text. A string has none, since it is printed as it stands. */
  private childrenOf(node: Node): readonly Node[] {
    const known = this.known.get(node);
    if (known !== undefined) return known;
    const children: Node[] = [];
    const isShortField = 'short' in node && node.short === true;
    const isLeaf = 'kind' in node && node.kind === 'string';
    const properties: readonly (readonly [string, unknown])[] = isLeaf ? [] : Object.entries(node);
    for (const [key, value] of properties) {
      if (isShortField && key === 'value') continue;
      const found = (Array.isArray(value) ? value : [value]).filter(isNode);
      if (elementKeys.has(key) || (key === 'call' && 'kind' in node && node.kind === 'pipe')) {
        for (const element of found) this.elements.add(element);
      }
      for (const one of found) children.push(one);
    }
    const sorted = children.sort((a, b) => a.span.start - b.span.start);
    this.known.set(node, sorted);
    return sorted;
  }

  private areOnOneLine(start: number, end: number): boolean {
    return !/[\r\n]/.test(this.text.slice(start, end));
  }

  private isFirstOnLine({ start }: Comment): boolean {
    return /(?:^|[\r\n])[^\S\r\n]*$/.test(this.text.slice(Math.max(0, start - 1000), start));
  }

  private isLastOnLine({ end }: Comment): boolean {
    return /^[^\S\r\n]*(?:[\r\n]|$)/.test(this.text.slice(end, end + 1000));
  }
}

/** How many of the children, which are in the order of the text, begin at `offset` or before. */
function firstAfter(children: readonly Node[], offset: number): number {
  let low = 0;
  let high = children.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (children[middle]!.span.start <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last child that ends before the comment, and the first that begins after it. */
function neighbours(children: readonly Node[], { start, end }: Comment): readonly [Node | undefined, Node | undefined] {
  let before = firstAfter(children, start) - 1;
  while (before >= 0 && children[before]!.span.end > start) before--;
  return [children[before], children[firstAfter(children, end - 1)]];
}

function isBody(node: Node): boolean {
  return 'statements' in node || ('kind' in node && node.kind === 'file');
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'span' in value;
}
