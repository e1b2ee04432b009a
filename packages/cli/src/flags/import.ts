/** The flags that decide how an ONNX model is imported. */
import type { StoredElement } from '@tessera-dnn/formats';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Pairs, pair, several } from './values.ts';

export interface ImportFlags {
  readonly dim?: Pairs;
  readonly const?: Pairs;
  readonly narrow?: readonly StoredElement[];
}

/** Adds `--dim`, `--const` and `--narrow` to a command that takes models. */
export function addImportFlags(command: Command): Command {
  return command
    .optionsGroup('ONNX models:')
    .option('--dim <name=n>', 'a number for a dimension that the model leaves open (repeatable)', dimension)
    .option('--const <input=n>', 'an input that becomes a constant (repeatable)', constant)
    .addOption(
      new Option('--narrow <type>', 'a type that may become a narrower one: f64 u64 u32 u16 i16 (repeatable)')
        .argParser(narrowed)
        .default(undefined),
    );
}

function dimension(text: string, earlier?: Pairs): Pairs {
  if (!/=\s*[1-9]\d*\s*$/.test(text)) throw new InvalidArgumentError('Write it as name=number, from 1 on.');
  return pair(text, earlier);
}

function constant(text: string, earlier?: Pairs): Pairs {
  const pairs = pair(text, earlier);
  const value = Object.values(pairs).at(-1) ?? '';
  if (value.trim() === '' || Number.isNaN(Number(value))) throw new InvalidArgumentError('Write it as input=number.');
  return pairs;
}

function narrowed(text: string, earlier?: readonly string[]): readonly string[] {
  if (!/^(f64|u64|u32|u16|i16)$/.test(text)) throw new InvalidArgumentError('It is f64, u64, u32, u16 or i16.');
  return several(text, earlier);
}
