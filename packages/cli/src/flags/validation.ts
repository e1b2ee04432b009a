/** The flags of `tessera train` that are about data it does not learn from. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { isArtifactName } from '../running/artifact.ts';
import type { ValidationFlags } from '../training/validation.ts';
import { count, fileLists } from './values.ts';

/** Adds them. */
export function addValidationFlags(command: Command): Command {
  return command
    .optionsGroup('The validation:')
    .option('--validate <name=file>', 'samples it does not learn from, to see how good it is (repeatable)', fileLists)
    .option('--every <epoch|steps>', 'when: after each epoch (default), or after so many steps', every)
    .option('--validate-program <name>', 'the model that is run on them (default: what is trained, without updates)')
    .option('--monitor <name>', 'the output by which it is judged (default: the loss)')
    .addOption(
      new Option('--mode <which>', 'min: less is better (default); max: more (default for names with acc)').choices([
        'min',
        'max',
      ]),
    )
    .option('--save-best <file.safetensors>', 'where to keep the variables of the best validation')
    .option('--patience <n>', 'stop after so many validations without a better one', count);
}

/** Usage errors for flags that need a validation where there is none, and for artifacts, which cannot become one. */
export function refuseValidation(command: Command, file: string, flags: ValidationFlags): void {
  const { validate, validateProgram, every, monitor, mode, saveBest, patience } = flags;
  const own = { every, validateProgram, monitor, mode, saveBest, patience };
  const [given] = Object.entries(own).find(([, value]) => value !== undefined) ?? [];
  const flag = given?.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
  if (validate === undefined && flag !== undefined) command.error(`error: --${flag} needs --validate`);
  if (validate !== undefined && validateProgram === undefined && isArtifactName(file)) {
    command.error(`error: --validate needs the program’s text, not ${file}, or a model in it: --validate-program`);
  }
}

function every(text: string): 'epoch' | number {
  if (text === 'epoch') return text;
  if (!/^\d+$/.test(text.trim())) throw new InvalidArgumentError('It is epoch, or a number of steps.');
  return count(text);
}
