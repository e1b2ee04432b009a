/** A golden that differs, or is not there yet, says what writes it. */
import { relative } from 'node:path';
import { afterEach } from 'vitest';

afterEach(({ task }) => {
  for (const error of task.result?.errors ?? []) {
    if (!/^Snapshot `.*` mismatched$/.test(error.message)) continue;
    error.message += `. If what it gives now is right: npm run bless -- ${relative(process.cwd(), task.file.filepath)}`;
  }
});
