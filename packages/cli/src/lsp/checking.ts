/**
 * When diagnostics are sent: those of syntax and names after every change, all others when nothing has been typed for a while, and then the memory of
 * each line, where a chip is chosen. What belongs to a text that has changed since is not sent.
 */
import { formatSize, presetNamed } from '@tessera-dnn/machine';
import {
  allDiagnostics,
  type Document,
  type DocumentMemory,
  memoryOf,
  quickDiagnostics,
  type Workspace,
} from '@tessera-dnn/service';
import type { Connection, InlayHint } from 'vscode-languageserver';
import { diagnosticOf } from './kinds.ts';
import { addressOf } from './places.ts';

/** How long nothing is typed before a text is checked, and then planned. */
const pauseMilliseconds = 300;

/** Checks the texts of a workspace and sends what it finds. */
export class Checking {
  readonly #connection: Connection;
  readonly #workspace: Workspace;
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #memory = new Map<string, { readonly document: Document; readonly memory: DocumentMemory }>();
  /** The name of the chip whose memory is shown; empty for none. */
  chip = '';
  /** Whether the editor asks for hints again when it is told to. */
  refreshesHints = false;

  constructor(connection: Connection, workspace: Workspace) {
    this.#connection = connection;
    this.#workspace = workspace;
  }

  /** The text was opened or changed: it is looked at now, and it and those that may import it are checked after a pause. */
  changed(name: string): void {
    const document = this.#workspace.document(name);
    if (document === undefined) return;
    this.#send(document, quickDiagnostics(document));
    for (const { source } of this.#workspace.documents) this.#later(source.name, () => this.#check(source.name));
  }

  /** Everything is checked again: files have changed, or another chip is chosen. */
  refresh(): void {
    this.#memory.clear();
    for (const { source } of this.#workspace.documents) this.#later(source.name, () => this.#check(source.name));
  }

  /** The text is closed: nothing is told of it any more. */
  closed(name: string): void {
    clearTimeout(this.#waiting.get(name));
    this.#waiting.delete(name);
    this.#memory.delete(name);
    void this.#connection.sendDiagnostics({ uri: addressOf(name), diagnostics: [] });
  }

  /** Nothing is waited for any longer. */
  stop(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  /** At the end of each line what it takes of the fullest tile, if that is known of the text as it is. */
  memoryHints(document: Document): readonly InlayHint[] {
    const known = this.#memory.get(document.source.name);
    if (known?.document !== document) return [];
    const lines = document.source.text.split('\n');
    const { peak } = known.memory;
    return known.memory.lines.map(({ line, bytes, share }) => ({
      position: { line, character: (lines[line] ?? '').replace(/\r$/, '').length },
      label: `${formatSize(bytes)} · ${(100 * share).toFixed(0)} %`,
      paddingLeft: true,
      tooltip: `of the ${formatSize(peak?.bytes ?? 0)} that tile ${peak?.tile} of ${this.chip} holds when it is fullest`,
    }));
  }

  #later(name: string, work: () => void): void {
    clearTimeout(this.#waiting.get(name));
    const timer = setTimeout(work, pauseMilliseconds);
    this.#waiting.set(name, timer);
  }

  #check(name: string): void {
    const document = this.#workspace.document(name);
    if (document === undefined) return;
    this.#send(document, allDiagnostics(this.#workspace, document));
    this.#hintsChanged();
    const chip = this.chip === '' ? undefined : presetNamed(this.chip);
    if (chip?.ok === true) this.#later(name, () => this.#plan(document, chip.value));
  }

  #plan(document: Document, chip: Parameters<typeof memoryOf>[2]): void {
    const memory = memoryOf(this.#workspace, document, chip);
    this.#memory.set(document.source.name, { document, memory });
    if (memory.diagnostics.length > 0) this.#send(document, memory.diagnostics);
    this.#hintsChanged();
  }

  #send({ source: { name } }: Document, diagnostics: ReturnType<typeof quickDiagnostics>): void {
    const own = diagnostics.filter(({ span }) => span === undefined || span.source.name === name);
    void this.#connection.sendDiagnostics({ uri: addressOf(name), diagnostics: own.map(diagnosticOf) });
  }

  #hintsChanged(): void {
    if (this.refreshesHints) void this.#connection.languages.inlayHint.refresh().catch(() => undefined);
  }
}
