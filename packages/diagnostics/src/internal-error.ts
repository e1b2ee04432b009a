/** A broken invariant of the compiler itself, never a user's mistake: names the stage that noticed and the node or buffer concerned. */
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

/** What `work` gives; whatever it throws becomes an {@link InternalError} that names `subject`, and `stage` where it has none itself. */
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
