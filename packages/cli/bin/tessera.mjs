#!/usr/bin/env node
/** The command `tessera`. */
import { start } from './start.mjs';

await start(import.meta.url, 'index');
