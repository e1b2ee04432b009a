/** Diagnostics that are thrown. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';

/** A mistake in how a chip was loaded or used; the message has one line for each diagnostic. */
export class ChipError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const message = diagnostics.map(({ message, help }) => (help ? `${message} (${help})` : message)).join('\n');
    // Of an error that is posted from thread to thread the cause alone arrives, and nothing that a class adds.
    super(message, { cause: diagnostics });
    this.name = 'ChipError';
    this.diagnostics = diagnostics;
  }
}
