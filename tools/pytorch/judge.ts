/** Compiles the program of a case, makes its calls in order on one chip, and compares every output and variable with PyTorch's. */
import { createChip, type Inputs, loadArtifact } from '@tessera-dnn/chip';
import { type CompileOptions, compile } from '@tessera-dnn/compiler';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { valueArrays } from '@tessera-dnn/machine';
import { type Case, type CaseCall, type CaseTensor, type CaseTensors, numbersOf } from './case.ts';

/** Why a case is not as PyTorch has it; undefined if it is. Never throws. */
export async function mistakeOf(one: Case, options: CompileOptions = {}): Promise<string | undefined> {
  try {
    return await judge(one, options);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function judge({ about, text, variables, calls }: Case, options: CompileOptions): Promise<string | undefined> {
  const { bytes } = unwrap(compile({ name: `${about}.dnn`, text }, options));
  const chip = unwrap(await createChip(unwrap(await loadArtifact(bytes))));
  unwrap(chip.init(1));
  for (const [path, tensor] of Object.entries(variables)) unwrap(chip.writeVariable(path, dataOf(tensor)));
  for (const [index, call] of calls.entries()) {
    const outputs = unwrap(chip.run(call.program, inputsOf(call)));
    const read = (path: string) => unwrap(chip.readVariable(path));
    const mistake = firstMistake(call.outputs, name => outputs[name]) ?? firstMistake(call.variables, read);
    if (mistake !== undefined) return `call ${index} of ${call.program}: ${mistake}`;
  }
  return undefined;
}

type Numbers = ArrayLike<number | boolean>;

function firstMistake(wanted: CaseTensors, given: (name: string) => Numbers): string | undefined {
  for (const [name, tensor] of Object.entries(wanted)) {
    const mistake = difference(given(name), tensor);
    if (mistake !== undefined) return `${name} is ${mistake}`;
  }
  return undefined;
}

function difference(given: Numbers | undefined, tensor: CaseTensor): string | undefined {
  if (given === undefined) return 'missing';
  const wanted = numbersOf(tensor);
  if (given.length !== wanted.length) return `${given.length} elements, not ${wanted.length}`;
  for (const [index, number] of wanted.entries()) {
    const own = Number(given[index]);
    const isSame = own === number || (Number.isNaN(own) && Number.isNaN(number));
    if (!isSame && !(Math.abs(own - number) <= (tensor.tolerance ?? 0)))
      return `${own}, not ${number}, at ${index} of [${tensor.shape.join(', ')}] (±${tensor.tolerance ?? 0})`;
  }
  return undefined;
}

function inputsOf({ inputs }: CaseCall): Inputs {
  return Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, dataOf(tensor)]));
}

function dataOf(tensor: CaseTensor) {
  return valueArrays[tensor.type].from(numbersOf(tensor));
}

function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(outcome.diagnostics.map(({ message, help }) => `${message} ${help ?? ''}`).join('\n'));
}
