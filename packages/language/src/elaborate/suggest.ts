/** "Did you mean …" as the help of a diagnostic. */
import { closest } from '@tessera/diagnostics';

/** What NumPy and PyTorch call what is called otherwise here. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ...['linear', 'Linear', 'fc'].map(name => [name, 'dense'] as const),
  ...['cat', 'concatenate'].map(name => [name, 'concat'] as const),
  ...['keepdim', 'keepdims'].map(name => [name, 'keep'] as const),
  ...['avg_pool2d', 'AvgPool2d', 'mean_pool'].map(name => [name, 'avg_pool'] as const),
  ...['max_pool2d', 'MaxPool2d'].map(name => [name, 'max_pool'] as const),
  ...['batch_norm2d', 'BatchNorm2d', 'bn'].map(name => [name, 'batch_norm'] as const),
  ['dim', 'axis'],
  ['permute', 'transpose'],
  ['view', 'reshape'],
  ['expand', 'broadcast_to'],
  ['interpolate', 'upsample'],
  ['swish', 'silu'],
]);

/** A suggestion of what the name means elsewhere, or of the candidate nearest to a mistyped one, if one is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const known = [...candidates];
  const translated = elsewhere.get(name);
  const best = translated !== undefined && known.includes(translated) ? translated : closest(name, known);
  return best === undefined ? undefined : `did you mean ${best}?`;
}
