/** What the plugin may be told. */
import type { CompileOptions } from '@tessera-dnn/compiler';

/** How the files that are imported are compiled. */
export interface PluginOptions
  extends Pick<CompileOptions, 'chip' | 'math' | 'precision' | 'programs' | 'set' | 'threads'> {
  /** Whether artifacts run where there is no relaxed SIMD, too, and carry the code for where there is (default true). */
  readonly portable?: boolean;
  /** Whether weights are a file of their own beside the artifact, which is taken as it arrives (default false). */
  readonly weightsBeside?: boolean;
  /** Whether `net.d.dnn.ts` is written beside `net.dnn`, from which TypeScript knows its programs (default true). */
  readonly types?: boolean;
}
