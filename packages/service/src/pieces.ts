/**
 * Parses a text that changes a little at a time. It is cut where an item begins at the left margin, which is where the parser starts afresh
 * whatever is wrong before. Pieces are remembered by their text: after a key is pressed, one of them is parsed, and the others are moved to where
 * they now stand.
 *
 * What is told of mistakes may differ in words from what the parser says of the whole text, where an item breaks off before the next one. A text
 * with a comment that seems not to end is parsed as a whole, since such a comment may reach over items.
 */
import { type Diagnostic, isError, type Source } from '@tessera-dnn/diagnostics';
import { type ast, type Parsed, parse } from '@tessera-dnn/language';
import { moved } from './moved.ts';

/** A piece of a text: parsed as a text of its own. */
interface Piece {
  readonly source: Source;
  readonly parsed: Parsed;
}

const itemStart = /^(?=(?:import|const|block|model|train|optimizer)\b)/m;

/** Parses one document again and again. */
export class PieceParser {
  #known = new Map<string, Piece>();

  /** The file of a text, as `parse` would make it. */
  parse(source: Source): Parsed {
    const pieces = this.#piecesOf(source);
    if (pieces.length < 2 || pieces.some(piece => piece.parsed.diagnostics.some(isCommentOpen))) return parse(source);
    const items: ast.Item[] = [];
    const diagnostics: Diagnostic[] = [];
    let start = 0;
    for (const { source: from, parsed } of pieces) {
      items.push(...moved(parsed.file.items, from, source, start));
      diagnostics.push(...moved(parsed.diagnostics.filter(isOfPiece), from, source, start));
      start += from.text.length;
    }
    const span = { source, start: 0, end: source.text.length };
    return { file: { kind: 'file', source, items, span }, diagnostics };
  }

  /** The pieces of the text; only these are remembered. */
  #piecesOf(source: Source): readonly Piece[] {
    const before = this.#known;
    this.#known = new Map();
    return source.text.split(itemStart).map(text => {
      const piece = this.#known.get(text) ?? before.get(text) ?? pieceOf(source.name, text);
      this.#known.set(text, piece);
      return piece;
    });
  }
}

function pieceOf(name: string, text: string): Piece {
  const source = { name, text };
  return { source, parsed: parse(source) };
}

function isCommentOpen(diagnostic: Diagnostic): boolean {
  return isError(diagnostic) && diagnostic.code === 'unterminated-comment';
}

/** Whether the diagnostic holds in a whole text too, of which a piece may be a comment alone. */
function isOfPiece({ code }: Diagnostic): boolean {
  return code !== 'empty-file';
}
