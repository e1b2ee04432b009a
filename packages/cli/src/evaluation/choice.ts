/** Which program of a file `tessera evaluate` means: the one that is named, or the one whose inputs are those that were given. */
import { readManifest } from '@tessera-dnn/chip';
import type { Outcome } from '@tessera-dnn/diagnostics';
import { parse } from '@tessera-dnn/language';
import { readProgram } from '../files/model.ts';
import { readBytes } from '../files/read.ts';
import type { ImportFlags } from '../flags/import.ts';
import type { Io } from '../io.ts';
import { isArtifactName } from '../running/artifact.ts';
import { failed, succeeded } from '../session.ts';

type ChoiceFlags = ImportFlags & { readonly program?: readonly string[] };

interface Candidate {
  readonly name: string;
  readonly kind: string;
  readonly inputs: readonly string[];
}

/** The name of the program. What is wrong with a name that was given is told by whoever looks for it. */
export function chosenProgram(io: Io, file: string, flags: ChoiceFlags, inputs: readonly string[]): Outcome<string> {
  if (flags.program !== undefined) return succeeded(flags.program[0]);
  const candidates = isArtifactName(file) ? inArtifact(io, file) : inText(io, file, flags);
  if (!candidates.ok) return candidates;
  const all = candidates.value;
  if (all.length === 0) return failed('nothing-to-run', `${file} has no program`);
  const fitting = all.filter(candidate => isSame(candidate.inputs, inputs));
  const trains = fitting.filter(({ kind }) => kind === 'train');
  if (trains.length === 1) return succeeded(trains[0].name);
  if (fitting.length === 1) return succeeded(fitting[0].name);
  if (all.length === 1) return succeeded(all[0].name);
  const shown = all.map(candidate => `${candidate.name}(${candidate.inputs.join(', ')})`).join(', ');
  const which =
    fitting.length === 0 ? 'none of its programs takes just what is given' : 'several of its programs take it';
  const message = `${which}: ${file} has ${shown}`;
  return failed('several-programs', message, `choose one: --program ${(fitting[0] ?? all[0]).name}`);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every(name => b.includes(name));
}

/** An artifact has what it was compiled for: a train in it would train. */
function inArtifact(io: Io, file: string): Outcome<readonly Candidate[]> {
  const bytes = readBytes(io, file);
  const manifest = bytes.ok ? readManifest(bytes.value) : bytes;
  if (!manifest.ok) return manifest;
  const models = Object.entries(manifest.value.programs).filter(([, { kind }]) => kind === 'model');
  return succeeded(models.map(([name, { kind, inputs }]) => ({ name, kind, inputs: inputs.map(input => input.name) })));
}

function inText(io: Io, file: string, flags: ChoiceFlags): Outcome<readonly Candidate[]> {
  const source = readProgram(io, file, flags);
  if (!source.ok) return source;
  return succeeded(
    parse(source.value).file.items.flatMap(item => {
      if (item.kind !== 'model' && item.kind !== 'train') return [];
      return [{ name: item.name.text, kind: item.kind, inputs: item.inputs.map(({ name }) => name.text) }];
    }),
  );
}
