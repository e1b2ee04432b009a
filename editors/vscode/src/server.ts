/** The language server as the extension starts it. */
import process from 'node:process';
import { serveStreams } from '../../../packages/cli/src/lsp/start.ts';

process.exitCode = await serveStreams(process.stdin, process.stdout);
