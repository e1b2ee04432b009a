/** The flags that say how tensors of files become those of a program. */
import type { Conversion } from '@tessera-dnn/formats';
import { type Command, InvalidArgumentError } from 'commander';
import { type Pairs, pair } from './values.ts';

export interface FileFlags {
  readonly rename?: Pairs;
  readonly convert?: boolean;
}

/** The flag `--weights` for values that are as `what` says. */
export function weightsFlag(what = 'the values of its parameters'): readonly [string, string] {
  return ['--weights <file>', `${what}: safetensors, or .pt of PyTorch`];
}

/** Adds `--rename` and `--convert` to a command that reads weights and arrays. */
export function addFileFlags(command: Command): Command {
  return command
    .option('--rename <theirs=ours>', "other names for weights: 'model.*=*', 'fc.*=head.*' (repeatable)", renaming)
    .option(
      '--convert',
      'files may have other types: floats are rounded to those of the program, integers become floats',
    );
}

/** What `--convert` means for whoever converts. */
export function conversionOf({ convert }: FileFlags): Conversion {
  return convert ? 'nearest' : 'exact';
}

/** A pattern, and what its `*` are put into. */
function renaming(text: string, earlier?: Pairs): Pairs {
  const pairs = pair(text, earlier);
  const [theirs, ours] = Object.entries(pairs).at(-1) ?? ['', ''];
  const stars = (pattern: string) => pattern.split('*').length - 1;
  if (ours.trim() === '' || stars(theirs) !== stars(ours)) {
    throw new InvalidArgumentError("Write it as 'theirs=ours', with as many * on both sides.");
  }
  return pairs;
}
