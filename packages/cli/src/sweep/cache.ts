/** Answers on the disk, each in a file of its own, so that a sweep that was ended goes on where it was. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import type { Code } from '../explain/catalogue.ts';
import { writeWhole } from '../files/write.ts';
import type { Io } from '../io.ts';
import { isAnswer } from './answer-check.ts';
import type { Answer } from './job.ts';

/** A folder of answers. Nothing throws: what cannot be kept is planned again next time. */
export class Cache {
  readonly #io: Io;
  readonly #folder: string;
  readonly #fresh: boolean;
  /** Why an answer could not be kept; the sweep goes on without. */
  fault: Diagnostic<Code> | undefined;

  /** `fresh`: what was kept before is as if it were not. */
  constructor(io: Io, folder: string, fresh = false) {
    this.#io = io;
    this.#folder = folder;
    this.#fresh = fresh;
  }

  /** What was kept under this name; nothing where that is no answer. */
  get(key: string): Answer | undefined {
    if (this.#fresh) return undefined;
    try {
      const found: unknown = JSON.parse(readFileSync(resolve(this.#io.folder, this.#folder, `${key}.json`), 'utf8'));
      return isAnswer(found) ? found : undefined;
    } catch {
      return undefined;
    }
  }

  put(key: string, answer: Answer): void {
    if (this.fault) return;
    try {
      mkdirSync(resolve(this.#io.folder, this.#folder), { recursive: true });
    } catch {
      // Writing says what is wrong with the folder.
    }
    const written = writeWhole(this.#io, join(this.#folder, `${key}.json`), `${JSON.stringify(answer)}\n`);
    if (!written.ok) {
      const [{ message, help }] = written.diagnostics;
      this.fault = { code: 'unwritable-file', severity: 'warning', message, ...(help && { help }) };
    }
  }
}
