/** What all parts of the formatter share: the text, its comments, and how comments stand around a node. */
import type { Source } from '@tessera-dnn/diagnostics';
import type { Comment } from '../lexer/lex.ts';
import { type Attached, endsLine, type Node } from './comments.ts';
import {
  breakGroups,
  concat,
  type Document,
  group,
  hardLine,
  ifBroken,
  indent,
  join,
  line,
  sequence,
  softLine,
  suffix,
} from './document.ts';

/** The source and its comments, and a count of those that have been printed, by which the formatter checks that none was lost. */
export class Printer {
  readonly source: Source;
  private readonly attached: Attached;
  /** How many comments have been printed. */
  printed = 0;

  constructor(source: Source, attached: Attached) {
    this.source = source;
    this.attached = attached;
  }

  /** The text of a node as it stands. */
  verbatim({ span }: Node): string {
    return this.source.text.slice(span.start, span.end);
  }

  /** `document`, which is that of `node`, with the node's comments. */
  withComments(node: Node, document: Document): Document {
    return concat(this.leading(node), document, this.trailing(node));
  }

  leading(node: Node): Document {
    const comments = this.attached.leading.get(node) ?? [];
    this.printed += comments.length;
    return sequence(comments.flatMap(comment => [textOf(comment), endsLine(comment) ? hardLine : ' ']));
  }

  trailing(node: Node): Document {
    const comments = this.attached.trailing.get(node) ?? [];
    this.printed += comments.length;
    return sequence(comments.flatMap(trailingText));
  }

  /** The comments of a body or file that belong to no statement or item. */
  between(node: Node): readonly Comment[] {
    const comments = this.attached.between.get(node) ?? [];
    this.printed += comments.length;
    return comments;
  }
}

/** A comment without spaces at its end, and with line feeds as its only line breaks. */
export function textOf(comment: Comment): string {
  return comment.text.replaceAll(/\r\n?/g, '\n').trimEnd();
}

function trailingText(comment: Comment): readonly Document[] {
  return endsLine(comment) ? [suffix(textOf(comment)), breakGroups] : [` ${textOf(comment)}`];
}

/**
 * `[a, b]` on one line. If that does not fit, all elements on one line between the brackets; else one element per line, with a comma after
 * the last.
 */
export function commaList(open: string, elements: readonly Document[], close: string, space = softLine): Document {
  if (elements.length === 0) return open + close;
  const inner = group(concat(join(concat(',', line), elements), ifBroken(',')));
  return group(concat(open, indent(concat(space, inner)), space, close));
}
