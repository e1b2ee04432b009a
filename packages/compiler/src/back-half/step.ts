/**
 * A stage of the back half: from one representation to the next. Those of the front half, which all make modules of modules, are
 * `Stage`s of `passes`; `stages.ts` has both in their order.
 */
import type { CompileOptions } from '../options.ts';

/** `run` gives `Ran`, from which `Made` comes unless it fails. */
export interface Step<Input, Made, Ran = Made> {
  /** The name of the stage, as in `--print-after`. */
  readonly name: string;
  /** One line, lower case, without a full stop. */
  readonly doc: string;
  readonly run: (input: Input) => Ran;
  readonly print: (made: Made, input: Input) => string;
  /** Throws an InternalError unless the result, which is to be kept, is right. */
  readonly verify?: (made: Made, input: Input) => void;
}

/** Tells who listens that a step has been done. */
export function tell<Input, Made>(
  { name, print }: Pick<Step<Input, Made, unknown>, 'name' | 'print'>,
  made: Made,
  input: Input,
  after: CompileOptions['after'],
): void {
  after?.(name, () => print(made, input));
}
