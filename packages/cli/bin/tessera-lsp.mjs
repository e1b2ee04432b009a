#!/usr/bin/env node
/** The command `tessera-lsp`, which editors start. */
import { start } from './start.mjs';

await start(import.meta.url, 'lsp/index');
