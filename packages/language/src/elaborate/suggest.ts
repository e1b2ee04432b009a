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
  ...['lr', 'learning_rate'].map(name => [name, 'rate'] as const),
  ...['weight_decay', 'wd'].map(name => [name, 'decay'] as const),
  ...['detach', 'no_grad'].map(name => [name, 'stop_gradient'] as const),
  ...['mse_loss', 'MSELoss'].map(name => [name, 'mse'] as const),
  ...['l1_loss', 'L1Loss'].map(name => [name, 'mae'] as const),
  ...['huber_loss', 'smooth_l1_loss', 'HuberLoss', 'SmoothL1Loss'].map(name => [name, 'huber'] as const),
  ...['bce', 'bce_loss', 'BCELoss'].map(name => [name, 'binary_cross_entropy'] as const),
  ...['CrossEntropyLoss', 'softmax_cross_entropy'].map(name => [name, 'cross_entropy'] as const),
  ...['SGD', 'Adam', 'AdamW', 'RMSprop', 'RMSProp'].map(name => [name, name.toLowerCase()] as const),
  ['eps', 'epsilon'],
  ['reduction', 'reduce'],
]);

/** Letters that are compared with letters in all suggestions of one run: thousands of suggestions in a program, a few in one of many thousand names. */
const mostCompared = 20_000_000;

/** Looks for what was meant, as long as that is cheap: with very many mistakes among very many names, the later ones get no suggestion. */
export class Suggestions {
  #compared = 0;

  /** As {@link didYouMean}; the candidates are asked for only if they will be looked at. */
  of(name: string, candidates: () => readonly string[]): string | undefined {
    if (this.#compared > mostCompared) return undefined;
    const known = candidates();
    this.#compared +=
      known.reduce((sum, candidate) => sum + Math.min(candidate.length, longest), 0) * Math.min(name.length, longest);
    return didYouMean(name, known);
  }
}

/** What is longer is not compared. */
const longest = 100;

/** A suggestion of what the name means elsewhere, or of the candidate nearest to a mistyped one, if one is near. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  const translated = elsewhere.get(name);
  const best = translated !== undefined && known.includes(translated) ? translated : closest(name, known);
  return best === undefined ? undefined : `did you mean ${best}?`;
}
