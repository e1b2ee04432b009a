/** Runs the modules whose files its parent sends, one after the other, each in its own folder, and answers with what went wrong or ''. */
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

process.on('message', async (file: string) => {
  process.chdir(dirname(file));
  try {
    await import(pathToFileURL(file).href);
    process.send?.('');
  } catch (error) {
    process.send?.(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
});
