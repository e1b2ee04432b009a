/**
 * The stages of the pipeline, in order: the one list from which `--print-after`, its help, progress and reports take them.
 * `CompileOptions.after` hears their names.
 */
import { elaboration } from '@tessera-dnn/language';
import { passes } from '@tessera-dnn/passes';
import { link } from './back-half/link.ts';
import { place } from './back-half/place.ts';
import type { Step } from './back-half/step.ts';
import { tile } from './back-half/tile.ts';

/** What all stages have in common, whatever they make. */
export type PipelineStage = Pick<Step<never, never>, 'name' | 'doc'>;

/** The stages that make modules. They know no chip. */
export const frontStages: readonly PipelineStage[] = [elaboration, ...passes];

/** The stages that need a chip, by what they do. */
export const backStages = { tile, place, link } as const;

export const pipelineStages: readonly PipelineStage[] = [...frontStages, tile, place, link];

/** The names of all stages, in the order in which they run. */
export const stages: readonly string[] = pipelineStages.map(({ name }) => name);
