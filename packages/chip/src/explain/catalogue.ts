/** What can be wrong with an artifact, a run or a training. */
import type { CodeOf } from '@tessera-dnn/diagnostics';
import { catalogue as machine } from '@tessera-dnn/machine';
import { artifacts } from './artifacts.ts';
import { runs } from './runs.ts';
import { threads } from './threads.ts';
import { training } from './training.ts';

export const catalogue = [...machine, ...artifacts, ...runs, ...threads, ...training] as const;

/** The code of a diagnostic that this package may give; one without an entry above is a type error. */
export type Code = CodeOf<typeof catalogue>;
