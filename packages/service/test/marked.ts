/** Sources with marks: `‸` is where the cursor is, `⟦…⟧` are places. */
import type { Span } from '@tessera-dnn/diagnostics';
import { type Document, Workspace } from '@tessera-dnn/service';

export interface Marked {
  readonly workspace: Workspace;
  readonly document: Document;
  readonly text: string;
  /** Where the cursor is. */
  readonly offset: number;
  /** The marked places. */
  readonly places: readonly string[];
}

/** A workspace with the text as `net.dnn`, its marks taken out, and other files that may be imported. */
export function marked(withMarks: string, files: Readonly<Record<string, string>> = {}): Marked {
  let text = '';
  let offset = -1;
  const open: number[] = [];
  const places: string[] = [];
  for (const character of withMarks) {
    if (character === '‸') offset = text.length;
    else if (character === '⟦') open.push(text.length);
    else if (character === '⟧') places.push(`net.dnn ${open.pop()}-${text.length}`);
    else text += character;
  }
  const workspace = new Workspace({ read: name => files[name] });
  return { workspace, document: workspace.update('net.dnn', text), text, offset, places };
}

/** A place as {@link Marked} lists them. */
export function shown({ source, start, end }: Span): string {
  return `${source.name} ${start}-${end}`;
}
