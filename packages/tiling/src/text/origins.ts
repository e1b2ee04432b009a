/**
 * Origins and the source texts they point into, each said once: `origin 3 = "conv1" at s0 12 40 called [s0 5 9]`, and elsewhere `@3`. What has no
 * origin says none.
 */
import type { Diagnostic, Source, Span } from '@tessera-dnn/diagnostics';
import { LineReader, type Origin, type TextLine } from '@tessera-dnn/graph';

/** Numbers the origins and sources that are shown, in order of first appearance. */
export class OriginWriter {
  readonly #sources = new Map<Source, number>();
  readonly #origins = new Map<string, number>();

  /** ` @3`, or nothing for no origin. */
  show(origin: Origin): string {
    const text = this.#content(origin);
    if (text === '') return '';
    let id = this.#origins.get(text);
    if (id === undefined) this.#origins.set(text, (id = this.#origins.size));
    return ` @${id}`;
  }

  /** The lines that say what has been shown. */
  lines(): readonly string[] {
    const origins = [...this.#origins].map(([text, id]) => `origin ${id} =${text}`);
    const sources = [...this.#sources].map(
      ([{ name, text }, id]) => `source ${id} = ${JSON.stringify(name)} ${JSON.stringify(text)}`,
    );
    return [...origins, ...sources];
  }

  #content({ path, span, calls }: Origin): string {
    const where = span ? ` at ${this.#span(span)}` : '';
    const called = calls ? ` called [${calls.map(call => this.#span(call)).join(', ')}]` : '';
    return `${path === undefined ? '' : ` ${JSON.stringify(path)}`}${where}${called}`;
  }

  #span({ source, start, end }: Span): string {
    let id = this.#sources.get(source);
    if (id === undefined) this.#sources.set(source, (id = this.#sources.size));
    return `s${id} ${start} ${end}`;
  }
}

/** The origins and sources of a text, read before what names them. */
export class OriginReader {
  readonly #sources: readonly Source[];
  readonly #origins: readonly Origin[];

  constructor(origins: readonly TextLine[], sources: readonly TextLine[], problems: Diagnostic[]) {
    this.#sources = sources.map((line, id) => {
      const reader = numberedLine(line, 'source', id, problems);
      const source = { name: reader.string(), text: reader.string() };
      reader.end();
      return source;
    });
    this.#origins = origins.map((line, id) => this.#origin(numberedLine(line, 'origin', id, problems)));
  }

  /** The origin said after `@`, if there is one. */
  read(line: LineReader): Origin {
    if (!line.accepts('@')) return {};
    return this.#origins[line.whole('an origin', 0, this.#origins.length)] ?? {};
  }

  #origin(line: LineReader): Origin {
    const path = line.hasString() ? line.string() : undefined;
    const span = line.accepts('at') ? this.#span(line) : undefined;
    const calls = line.accepts('called') ? line.list(() => this.#span(line)) : undefined;
    line.end();
    return { ...(path !== undefined && { path }), ...(span && { span }), ...(calls && { calls }) };
  }

  #span(line: LineReader): Span {
    const source = this.#sources[line.numbered('s', 'a source', this.#sources.length)];
    return { source, start: line.whole(), end: line.whole() };
  }
}

/** A line that begins with `word id =`. */
function numberedLine(line: TextLine, word: string, id: number, problems: Diagnostic[]): LineReader {
  const reader = new LineReader(line, problems);
  reader.expect(word);
  reader.whole(`the number ${id}`, id, id + 1);
  reader.expect('=');
  return reader;
}
