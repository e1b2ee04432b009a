/** Finds what is called by a name in an artifact; a wrong name is answered with the nearest right one. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import type { Manifest, ManifestProgram, ManifestTensor, ManifestVariable } from '@tessera-dnn/machine';
import { succeeded, unknownName } from './outcome.ts';

/** `no-such-program` if there is none. */
export function programNamed(name: string, { programs }: Manifest): Outcome<ManifestProgram> {
  if (typeof name === 'string' && Object.hasOwn(programs, name)) return succeeded(programs[name]);
  return unknownName('no-such-program', 'the artifact has no program', name, Object.keys(programs));
}

/** `no-such-program`, `no-such-input` or `no-such-output`. */
export function tensorNamed(
  name: string,
  program: string,
  side: 'inputs' | 'outputs',
  manifest: Manifest,
): Outcome<ManifestTensor> {
  const found = programNamed(program, manifest);
  if (!found.ok) return found;
  const tensors = found.value[side];
  const tensor = tensors.find(tensor => tensor.name === name);
  if (tensor) return succeeded(tensor);
  const noun = side === 'inputs' ? 'input' : 'output';
  const names = tensors.map(({ name }) => name);
  return unknownName(`no-such-${noun}`, `${program} has no ${noun}`, name, names);
}

/** `no-such-variable` if there is none. */
export function variableNamed(path: string, { variables }: Manifest): Outcome<ManifestVariable> {
  const variable = variables.find(variable => variable.path === path);
  if (variable) return succeeded(variable);
  const paths = variables.map(({ path }) => path);
  return unknownName('no-such-variable', 'the artifact has no variable', path, paths);
}
