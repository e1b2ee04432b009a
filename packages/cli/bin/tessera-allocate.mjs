#!/usr/bin/env node
/** The command `tessera-allocate`: without the compiler, so that it starts at once. */
import { start } from './start.mjs';

await start(import.meta.url, 'allocate/index');
