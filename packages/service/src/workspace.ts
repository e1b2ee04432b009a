/**
 * The texts that are being edited, and what is known of each. What is known is worked out when it is asked for, and kept until the text or one that
 * it imports changes: syntax and names at every key, values when somebody looks at them.
 */
import type { Diagnostic, Source } from '@tessera-dnn/diagnostics';
import { type ast, type Load, type Parsed, parse, preludeSources } from '@tessera-dnn/language';
import { type Names, namesOf } from './names.ts';
import { PieceParser } from './pieces.ts';
import { type Values, valuesOf } from './values.ts';

export interface WorkspaceOptions {
  /** The text of a file that is not being edited, by its name; undefined if there is none. Absent: there are no other files. */
  readonly read?: (name: string) => string | undefined;
}

/** A text and what is known of it. */
export interface Document {
  readonly source: Source;
  readonly file: ast.File;
  /** What the parser reports. */
  readonly syntax: readonly Diagnostic[];
  /** What the names in it, and in what it imports, stand for. */
  readonly names: () => Names;
  /** What its expressions come to. It takes a while for a large network. */
  readonly values: () => Values;
  /** Whether the values are known already, so that asking for them takes no time. */
  readonly isEvaluated: () => boolean;
}

/** The texts that are being edited, by name: a path, or an address with a scheme. Imports are found relative to it. */
export class Workspace {
  readonly #read: NonNullable<WorkspaceOptions['read']>;
  readonly #parsers = new Map<string, PieceParser>();
  readonly #edited = new Map<string, Document>();
  /** Texts that were read for others, as long as nothing has changed. */
  #others = new Map<string, Source | undefined>();

  constructor({ read = () => undefined }: WorkspaceOptions = {}) {
    this.#read = read;
  }

  /** Takes a text that is opened or was changed. What was known of other texts is worked out again, as they may import it. */
  update(name: string, text: string): Document {
    const parser = this.#parsers.get(name) ?? new PieceParser();
    this.#parsers.set(name, parser);
    const source = { name, text };
    this.#edited.set(name, this.#document(source, parser.parse(source)));
    for (const [other, { source: unchanged, file, syntax }] of this.#edited) {
      if (other !== name) this.#edited.set(other, this.#document(unchanged, { file, diagnostics: syntax }));
    }
    return this.#edited.get(name)!;
  }

  /** A text is no longer edited: what is in its file counts again. */
  close(name: string): void {
    this.#parsers.delete(name);
    this.#edited.delete(name);
    this.refresh();
  }

  /** Files have changed that are not edited here. */
  refresh(): void {
    this.#others = new Map();
    for (const [name, { source, file, syntax }] of this.#edited) {
      this.#edited.set(name, this.#document(source, { file, diagnostics: syntax }));
    }
  }

  /** The text of that name if it is edited, or else a file of the prelude. */
  document(name: string): Document | undefined {
    const edited = this.#edited.get(name);
    if (edited !== undefined) return edited;
    const prelude = preludeSources.find(source => source.name === name);
    return prelude && this.#document(prelude, parse(prelude));
  }

  /** All texts that are edited. */
  get documents(): readonly Document[] {
    return [...this.#edited.values()];
  }

  /** Finds imported texts: edited ones first. */
  readonly load: Load = (path, from) => {
    return this.#sourceOf(resolvedName(path, from));
  };

  /** The text of that name, edited or not. */
  textOf(name: string): string | undefined {
    return this.#sourceOf(name)?.text;
  }

  #sourceOf(name: string): Source | undefined {
    const edited = this.#edited.get(name);
    if (edited !== undefined) return edited.source;
    if (!this.#others.has(name)) {
      const text = this.#read(name);
      this.#others.set(name, text === undefined ? undefined : { name, text });
    }
    return this.#others.get(name);
  }

  #document(source: Source, { file, diagnostics: syntax }: Parsed): Document {
    let names: Names | undefined;
    let values: Values | undefined;
    return {
      source,
      file,
      syntax,
      names: () => (names ??= namesOf(file, syntax, this.load)),
      values: () => (values ??= valuesOf(file, syntax, this.load)),
      isEvaluated: () => values !== undefined,
    };
  }
}

/** The name of the file that `from` imports as `path`. */
export function resolvedName(path: string, from: string): string {
  if (/^[a-z][a-z0-9+.-]+:/i.test(from)) return new URL(path, from).href;
  const parts = path.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
