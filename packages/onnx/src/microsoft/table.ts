/**
 * The operators of the domain `com.microsoft`, which onnxruntime's optimiser and quantiser write (its ContribOperators.md says what they mean). They are
 * apart from ONNX's own, since only who meets such models needs them.
 */
import type { Operator } from '../lower/operator.ts';
import { attentions } from './attention.ts';
import { fused } from './fused.ts';
import { gelus } from './gelu.ts';
import { linear } from './levels.ts';
import { skipNorms } from './norms.ts';

/** Given as `operators` to `importOnnx`. Some belong to ONNX's own domain, in versions in which only onnxruntime has them. */
export const microsoftOperators: readonly Operator[] = [...linear, ...fused, ...gelus, ...skipNorms, ...attentions];
