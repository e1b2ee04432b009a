/** The room that these words take: all that a check of a manifest asks, in pages without threads too. */
export const controlBlock = { bytes: 256, alignBytes: 64 } as const;

/**
 * The control block: the words through which the threads of an artifact agree. It lies in the host window, at `memory.threads` of the manifest.
 *
 * Offsets in bytes. Words that different threads write while others read them often lie on cache lines of their own. The first thread is the one
 * that calls programs; the others are those that have joined.
 */
export const threadControl = {
  /** 1 once a thread is lost: whoever waits then traps. */
  broken: 0,
  /** How many threads have joined and not left. */
  joined: 4,
  /** How often all were told to leave. */
  leaves: 8,
  /** How many of those that have joined are asleep, or about to be. */
  sleepers: 12,
  /** The phase whose chunks can be had, and which are taken: an i64, see {@link ticket}. */
  ticket: 64,
  /** How many chunks those that have joined have done since the memory was loaded; the first thread waits here. */
  done: 128,
  /** 1 while the first thread sleeps. */
  waiting: 132,
  /** Counts what sleepers are woken for; they wait here. */
  call: 192,
  bytes: controlBlock.bytes,
  alignBytes: controlBlock.alignBytes,
} as const;

/**
 * The fields of a ticket, from the lowest bit: chunks that were asked for from the front and from the back, how many there are, and the number of
 * the phase. Whoever adds one to the front or to the back has the chunk that the old value says, if there is one left: nobody needs to know
 * beforehand of which phase it will be.
 */
export const ticket = { backShift: 12, chunksShift: 24, phaseShift: 36, mask: 0xfff } as const;

/** Chunks of a phase at most: with what threads ask for in vain they stay below the mask of a ticket's field. */
export const mostChunks = 254;

/** Says, in place of a number of chunks, that there is one for each thread that is there: where each begins with work that all have to do. */
export const chunkPerThread = 255;

/** Threads of an artifact at most: more than any host has cores for one page or process. */
export const mostThreads = 64;
