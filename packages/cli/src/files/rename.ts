/** Other names for the tensors of a file: `module.*=*`. */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { Code } from '../explain/catalogue.ts';
import type { Pairs } from '../flags/values.ts';
import { failed, succeeded } from '../session.ts';

/** What a name becomes; each has the first rule that fits it, or stays as it is. */
export interface Renaming {
  readonly nameOf: (name: string) => string;
  /** A warning for each rule that has fitted no name yet. */
  readonly unused: () => readonly Diagnostic<Code>[];
}

/** By patterns in which `*` is any text; the texts go where the new name has its own `*`, in their order. */
export function renamingBy(rules: Pairs): Renaming {
  const patterns = Object.entries(rules).map(([theirs, ours]) => {
    const parts = theirs.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return { theirs, ours: ours.trim().split('*'), pattern: new RegExp(`^${parts.join('(.*)')}$`, 's') };
  });
  const used = new Set<string>();
  const nameOf = (name: string): string => {
    for (const { theirs, ours, pattern } of patterns) {
      const found = pattern.exec(name);
      if (!found) continue;
      used.add(theirs);
      return ours.map((part, i) => part + (found[i + 1] ?? '')).join('');
    }
    return name;
  };
  const unused = () => patterns.filter(({ theirs }) => !used.has(theirs)).map(({ theirs }) => nothingCalled(theirs));
  return { nameOf, unused };
}

function nothingCalled(pattern: string): Diagnostic<Code> {
  const message = `--rename ${pattern}=…: the weights have nothing that is called so`;
  return { code: 'rename-unused', severity: 'warning', message };
}

/** The values under their new names. `rename-collision` where two get one name. */
export function renamedKeys<T>(values: ReadonlyMap<string, T>, { nameOf }: Renaming): Outcome<ReadonlyMap<string, T>> {
  const renamed = new Map<string, T>();
  const originals = new Map<string, string>();
  for (const [name, value] of values) {
    const ours = nameOf(name);
    const other = originals.get(ours);
    if (other !== undefined) return failed('rename-collision', `${other} and ${name} would both be called ${ours}`);
    originals.set(ours, name);
    renamed.set(ours, value);
  }
  return succeeded(renamed);
}
