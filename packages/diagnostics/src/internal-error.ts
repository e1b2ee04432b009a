/** A broken invariant of the compiler itself, never a user's mistake: names the stage that noticed and the node or buffer concerned. */
export class InternalError extends Error {
  readonly stage: string;
  readonly subject: string | undefined;

  constructor(stage: string, message: string, subject?: string) {
    super(subject === undefined ? `${stage}: ${message}` : `${stage}: ${message} (${subject})`);
    this.name = 'InternalError';
    this.stage = stage;
    this.subject = subject;
  }
}

/** Throws an {@link InternalError} unless `condition` holds. */
export function assertThat(condition: boolean, stage: string, message: string, subject?: string): asserts condition {
  if (!condition) throw new InternalError(stage, message, subject);
}
