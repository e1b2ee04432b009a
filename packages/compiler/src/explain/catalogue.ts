/** What can keep a program from becoming an artifact, besides what its text says. */
import type { CodeOf } from '@tessera-dnn/diagnostics';
import { catalogue as passes } from '@tessera-dnn/passes';
import { catalogue as wasm } from '@tessera-dnn/wasm/explain';
import { memory } from './memory.ts';
import { programs } from './programs.ts';
import { quantize } from './quantize.ts';
import { weights } from './weights.ts';
import { worker } from './worker.ts';

export const catalogue = [...programs, ...weights, ...memory, ...quantize, ...worker, ...passes, ...wasm] as const;

/** The code of a diagnostic that this package may give; one without an entry above is a type error. */
export type Code = CodeOf<typeof catalogue>;
