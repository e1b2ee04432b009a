/** Finds out what is to run: which program of the artifact, and with which inputs. */
import type { Inputs } from '@tessera-dnn/chip';
import { isError, type Outcome } from '@tessera-dnn/diagnostics';
import type { Manifest, ManifestProgram } from '@tessera-dnn/machine';
import { conversionOf, type FileFlags } from '../flags/files.ts';
import type { Pairs } from '../flags/values.ts';
import { succeeded } from '../session.ts';
import { programIn } from './artifact.ts';
import type { GivenInput } from './files.ts';
import { fittedInputs, unknownOutputs } from './inputs.ts';

export interface Request {
  readonly name: string;
  readonly program: ManifestProgram;
  readonly inputs: Inputs;
}

interface Wishes extends FileFlags {
  readonly program?: readonly string[];
  readonly output?: Pairs;
}

/** The request. If it fails, the outcome has everything that is wrong with program, inputs and outputs. */
export function requestOf(
  manifest: Manifest,
  file: string,
  { program: wanted, output = {}, ...files }: Wishes,
  given: ReadonlyMap<string, GivenInput>,
): Outcome<Request> {
  const name = programIn(manifest, file, wanted?.[0], 'model');
  if (!name.ok) return name;
  const program = manifest.programs[name.value];
  const inputs = fittedInputs(name.value, program, given, conversionOf(files));
  const diagnostics = [...inputs.diagnostics, ...unknownOutputs(name.value, program, output)];
  if (!inputs.ok || diagnostics.some(isError)) return { ok: false, diagnostics };
  return succeeded({ name: name.value, program, inputs: inputs.value }, diagnostics);
}
