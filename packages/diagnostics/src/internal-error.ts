/** A broken invariant of the compiler itself, never a user's mistake. It names the stage that noticed, and the node or buffer concerned. */
export class InternalError extends Error {
  readonly stage: string;
  readonly subject: string | undefined;
  /** What is broken, without stage and subject. */
  readonly what: string;

  constructor(stage: string, what: string, subject?: string, options?: ErrorOptions) {
    super(subject === undefined ? `${stage}: ${what}` : `${stage}: ${what} (${subject})`, options);
    this.name = 'InternalError';
    this.stage = stage;
    this.subject = subject;
    this.what = what;
  }
}

/**
 * Returns what `work` returns. Whatever it throws becomes an {@link InternalError} about `subject`: of the stage that threw it, or of
 * `stage` if it was another kind of error.
 */
export function concerning<T>(stage: string, subject: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InternalError)) throw new InternalError(stage, String(error), subject, { cause: error });
    const inner = error.subject === undefined ? '' : `, ${error.subject}`;
    throw new InternalError(error.stage, error.what, `${subject}${inner}`, { cause: error });
  }
}

/** Throws an {@link InternalError} unless `condition` holds. */
export function assertThat(condition: boolean, stage: string, message: string, subject?: string): asserts condition {
  if (!condition) throw new InternalError(stage, message, subject);
}
