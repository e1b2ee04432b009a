/** The names of the pipeline's stages, in order, as `CompileOptions.after` hears them. */
import { passes } from '@tessera/passes';

export const stages: readonly string[] = ['elaborate', ...passes.map(pass => pass.name), 'tile', 'place', 'link'];
