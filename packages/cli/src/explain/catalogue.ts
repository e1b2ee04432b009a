/**
 * Every diagnostic there is: the catalogues of all packages, and what the commands themselves find. An entry that several catalogues have,
 * because several packages give its code, is listed once.
 */

import { catalogue as allocator } from '@tessera-dnn/allocator';
import { catalogue as chip } from '@tessera-dnn/chip';
import { catalogue as compiler } from '@tessera-dnn/compiler/planning';
import type { CodeOf, Explanation } from '@tessera-dnn/diagnostics';
import { catalogue as formats } from '@tessera-dnn/formats';
import { catalogue as language } from '@tessera-dnn/language';
import { catalogue as machine } from '@tessera-dnn/machine';
import { catalogue as onnx } from '@tessera-dnn/onnx';
import { explorer } from './explorer.ts';
import { files } from './files.ts';
import { questions } from './questions.ts';
import { runs } from './runs.ts';
import { sweeps } from './sweeps.ts';
import { training } from './training.ts';

const everything = [
  ...language,
  ...files,
  ...formats,
  ...machine,
  ...compiler,
  ...chip,
  ...runs,
  ...training,
  ...questions,
  ...sweeps,
  ...explorer,
  ...allocator,
  ...onnx,
] as const;

/** The code of a diagnostic that a command may give; one without an entry is a type error. */
export type Code = CodeOf<typeof everything>;

export const catalogue: readonly Explanation[] = [...new Set<Explanation>(everything)];

/** The entry of `code`; case does not matter. */
export function explain(code: string): Explanation | undefined {
  const wanted = code.trim().toLowerCase();
  return catalogue.find(entry => entry.code === wanted);
}
